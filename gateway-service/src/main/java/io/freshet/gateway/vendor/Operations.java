package io.freshet.gateway.vendor;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.vendor.call.VendorCall;
import io.freshet.gateway.vendor.call.VendorCode;
import io.freshet.gateway.vendor.call.VendorException;
import org.springframework.stereotype.Component;

/** The operations by their names. Blocks, so it runs on threads of its own. */
@Component
class Operations {

    private static final String VERSION = "2018-05-10";

    private final RequestOperations requests;
    private final TaskOperations tasks;
    private final QuotaOperations quotas;

    Operations(RequestOperations requests, TaskOperations tasks, QuotaOperations quotas) {
        this.requests = requests;
        this.tasks = tasks;
        this.quotas = quotas;
    }

    /**
     * @throws VendorException if the call is refused
     */
    Answer answer(VendorCall call) {
        checkVersion(call);
        return switch (call.action()) {
            case null -> throw new VendorException(VendorCode.MISSING_PARAMETER, "The parameter Action is mandatory.");
            case "RefreshObjectCaches" -> refused(Refusals.OF_REFRESHES, () -> requests.refresh(call));
            case "RefreshObjectCacheByCacheTag" -> requests.refreshByTag(call);
            case "PushObjectCache" -> refused(Refusals.OF_PUSHES, () -> requests.push(call));
            case "DescribeRefreshTasks" -> refused(Refusals.OF_REFRESHES, () -> tasks.describe(call));
            case "DescribeRefreshTaskById" -> refused(Refusals.OF_REFRESHES, () -> tasks.describeById(call));
            case "DescribePreloadDetailById" -> refused(Refusals.OF_PUSHES, () -> tasks.describePreload(call));
            case "DescribeRefreshQuota" -> refused(Refusals.OF_REFRESHES, () -> quotas.ofRefreshes(call));
            case "DescribeCdnUserQuota" -> refused(Refusals.OF_REFRESHES, () -> quotas.ofUser(call));
            default ->
                throw new VendorException(
                        VendorCode.UNKNOWN_ACTION,
                        "The action is not one of those that Freshet offers; its documentation lists them.");
        };
    }

    private static void checkVersion(VendorCall call) {
        String version = call.version();
        if (version == null) {
            throw new VendorException(VendorCode.MISSING_PARAMETER, "The parameter Version is mandatory.");
        }
        if (!version.equals(VERSION)) {
            throw new VendorException(VendorCode.INVALID_PARAMETER, "The only version is " + VERSION + '.');
        }
    }

    private interface Operation {
        Answer answer();
    }

    private static Answer refused(Refusals refusals, Operation operation) {
        try {
            return operation.answer();
        } catch (ProblemException e) {
            throw refusals.of(e);
        }
    }
}
