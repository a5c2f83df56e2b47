package io.freshet.gateway.aliyun;

import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.problem.Violation;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Mapping of problems to Aliyun's error codes, which differ by operation.
 *
 * @param overQuota code for an exceeded daily quota
 * @param tooMany code for more objects than a request may have
 * @param tooLong code for an object that is too long
 * @param malformed code for any other invalid object
 * @param objects name of the parameter that has the objects
 */
record ErrorMapping(
        AliyunErrorCode overQuota,
        AliyunErrorCode tooMany,
        AliyunErrorCode tooLong,
        AliyunErrorCode malformed,
        String objects) {

    private static final String OBJECT_PATH = "ObjectPath";

    static final ErrorMapping REFRESH = new ErrorMapping(
            AliyunErrorCode.REFRESH_QUOTA_EXCEEDED,
            AliyunErrorCode.TOO_MANY_TO_REFRESH,
            AliyunErrorCode.MALFORMED_PATH,
            AliyunErrorCode.MALFORMED_PATH,
            OBJECT_PATH);
    /** A tag is no path, and Aliyun documents no code of its own for it. */
    static final ErrorMapping REFRESH_BY_TAG = new ErrorMapping(
            AliyunErrorCode.REFRESH_QUOTA_EXCEEDED,
            AliyunErrorCode.TOO_MANY_TO_REFRESH,
            AliyunErrorCode.INVALID_PARAMETER,
            AliyunErrorCode.INVALID_PARAMETER,
            "CacheTag");

    static final ErrorMapping PUSH = new ErrorMapping(
            AliyunErrorCode.PUSH_QUOTA_EXCEEDED,
            AliyunErrorCode.PATH_SIZE,
            AliyunErrorCode.PATH_SIZE,
            AliyunErrorCode.MALFORMED_PATH,
            OBJECT_PATH);

    private static final Pattern OBJECT = Pattern.compile("/objects/(\\d+)");

    AliyunException map(ProblemException problem) {
        return new AliyunException(code(problem), message(problem));
    }

    private AliyunErrorCode code(ProblemException problem) {
        return switch (problem.type()) {
            case INVALID_REQUEST -> code(first(problem));
            case QUOTA_EXCEEDED -> overQuota;
            case UNSUPPORTED_BY_NODES -> AliyunErrorCode.UNSUPPORTED_OBJECT_TYPE;
            case RATE_LIMITED, TOO_MUCH_IN_PROGRESS -> AliyunErrorCode.THROTTLED;
            case NOT_FOUND -> AliyunErrorCode.MALFORMED_TASK_ID;
            case UNAVAILABLE -> AliyunErrorCode.UNAVAILABLE;
            case INTERNAL -> AliyunErrorCode.INTERNAL;
            default -> AliyunErrorCode.INVALID_PARAMETER;
        };
    }

    private AliyunErrorCode code(@Nullable Violation violation) {
        if (violation == null) {
            return AliyunErrorCode.INVALID_PARAMETER;
        }
        return switch (violation.kind()) {
            case TOO_MANY -> tooMany;
            case TOO_LONG -> tooLong;
            case FOREIGN_DOMAIN, EXCLUDED_DOMAIN -> AliyunErrorCode.UNKNOWN_DOMAIN;
            case OTHER -> concernsObjects(violation) ? malformed : AliyunErrorCode.INVALID_PARAMETER;
        };
    }

    private static boolean concernsObjects(Violation violation) {
        return violation.pointer() != null && violation.pointer().startsWith("/objects");
    }

    /** Returns the first violation with its place in Aliyun's terms: entries are counted from 1. */
    private String message(ProblemException problem) {
        Violation violation = first(problem);
        if (violation == null || violation.pointer() == null) {
            return problem.problem().detail();
        }
        int more = problem.problem().errors().size() - 1;
        return place(violation.pointer())
                + ' '
                + violation.detail()
                + (more == 0 ? "." : "; " + more + " more entries are invalid.");
    }

    private String place(String pointer) {
        Matcher object = OBJECT.matcher(pointer);
        if (object.matches()) {
            return objects + ", entry " + (Integer.parseInt(object.group(1)) + 1) + ',';
        }
        if (pointer.startsWith("/objects")) {
            return objects;
        }
        return pointer.equals("/domain") ? "DomainName" : "WithHeader" + pointer.replaceFirst("^/headers", "");
    }

    private static @Nullable Violation first(ProblemException problem) {
        List<Violation> violations = problem.problem().errors();
        return violations.isEmpty() ? null : violations.getFirst();
    }
}
