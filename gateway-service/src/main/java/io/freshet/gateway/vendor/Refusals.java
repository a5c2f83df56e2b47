package io.freshet.gateway.vendor;

import io.freshet.gateway.problem.Fault;
import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.vendor.call.VendorCode;
import io.freshet.gateway.vendor.call.VendorException;
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
record Refusals(VendorCode overQuota, VendorCode tooMany, VendorCode tooLong) {

    static final Refusals OF_REFRESHES =
            new Refusals(VendorCode.REFRESH_QUOTA_EXCEEDED, VendorCode.TOO_MANY_TO_REFRESH, VendorCode.MALFORMED_PATH);
    static final Refusals OF_PUSHES =
            new Refusals(VendorCode.PUSH_QUOTA_EXCEEDED, VendorCode.PATH_SIZE, VendorCode.PATH_SIZE);

    private static final Pattern OBJECT = Pattern.compile("/objects/(\\d+)");

    VendorException of(ProblemException problem) {
        return new VendorException(code(problem), message(problem));
    }

    private VendorCode code(ProblemException problem) {
        return switch (problem.type()) {
            case INVALID_REQUEST -> code(first(problem));
            case QUOTA_EXCEEDED -> overQuota;
            case RATE_LIMITED -> VendorCode.THROTTLED;
            case NOT_FOUND -> VendorCode.MALFORMED_TASK_ID;
            case UNAVAILABLE -> VendorCode.UNAVAILABLE;
            case INTERNAL -> VendorCode.INTERNAL;
            default -> VendorCode.INVALID_PARAMETER;
        };
    }

    private VendorCode code(@Nullable Fault fault) {
        if (fault == null) {
            return VendorCode.INVALID_PARAMETER;
        }
        return switch (fault.kind()) {
            case TOO_MANY -> tooMany;
            case TOO_LONG -> tooLong;
            case FOREIGN_DOMAIN -> VendorCode.UNKNOWN_DOMAIN;
            case OTHER -> isOfObject(fault) ? VendorCode.MALFORMED_PATH : VendorCode.INVALID_PARAMETER;
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
