package io.freshet.gateway.aliyun;

import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The vendor's names for what the core refuses. They differ by operation.
 *
 * @param overQuota the day's quota does not suffice
 * @param tooMany there are more objects than a request may have
 * @param tooLong an object is longer than one may be
 */
record Refusals(AliyunErrorCode overQuota, AliyunErrorCode tooMany, AliyunErrorCode tooLong) {

    static final Refusals OF_REFRESHES =
            new Refusals(AliyunErrorCode.REFRESH_QUOTA_EXCEEDED, AliyunErrorCode.TOO_MANY_TO_REFRESH, AliyunErrorCode.MALFORMED_PATH);
    static final Refusals OF_PUSHES =
            new Refusals(AliyunErrorCode.PUSH_QUOTA_EXCEEDED, AliyunErrorCode.PATH_SIZE, AliyunErrorCode.PATH_SIZE);

    private static final Pattern OBJECT = Pattern.compile("/objects/(\\d+)");

    AliyunException of(ProblemException problem) {
        return new AliyunException(code(problem), message(problem));
    }

    private AliyunErrorCode code(ProblemException problem) {
        return switch (problem.type()) {
            case INVALID_REQUEST -> code(first(problem));
            case QUOTA_EXCEEDED -> overQuota;
            case RATE_LIMITED -> AliyunErrorCode.THROTTLED;
            case NOT_FOUND -> AliyunErrorCode.MALFORMED_TASK_ID;
            case UNAVAILABLE -> AliyunErrorCode.UNAVAILABLE;
            case INTERNAL -> AliyunErrorCode.INTERNAL;
            default -> AliyunErrorCode.INVALID_PARAMETER;
        };
    }

    private AliyunErrorCode code(@Nullable Fault fault) {
        if (fault == null) {
            return AliyunErrorCode.INVALID_PARAMETER;
        }
        return switch (fault.kind()) {
            case TOO_MANY -> tooMany;
            case TOO_LONG -> tooLong;
            case FOREIGN_DOMAIN -> AliyunErrorCode.UNKNOWN_DOMAIN;
            case OTHER -> isOfObject(fault) ? AliyunErrorCode.MALFORMED_PATH : AliyunErrorCode.INVALID_PARAMETER;
        };
    }

    private static boolean isOfObject(Fault fault) {
        return fault.pointer() != null && fault.pointer().startsWith("/objects");
    }

    /** Names the first fault's place as the vendor's clients know it: entries are counted from 1. */
    private static String message(ProblemException problem) {
        Fault fault = first(problem);
        if (fault == null || fault.pointer() == null) {
            return problem.problem().detail();
        }
        int more = problem.problem().errors().size() - 1;
        return place(fault.pointer())
                + ' '
                + fault.detail()
                + (more == 0 ? "." : "; " + more + " more entries are wrong.");
    }

    private static String place(String pointer) {
        Matcher object = OBJECT.matcher(pointer);
        if (object.matches()) {
            return "ObjectPath, entry " + (Integer.parseInt(object.group(1)) + 1) + ',';
        }
        return pointer.startsWith("/objects") ? "ObjectPath" : "WithHeader" + pointer.replaceFirst("^/headers", "");
    }

    private static @Nullable Fault first(ProblemException problem) {
        List<Fault> faults = problem.problem().errors();
        return faults.isEmpty() ? null : faults.getFirst();
    }
}
