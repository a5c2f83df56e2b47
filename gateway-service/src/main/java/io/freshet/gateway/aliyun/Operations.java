package io.freshet.gateway.aliyun;

import io.freshet.gateway.problem.ProblemException;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
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
     * @throws AliyunException if the call is refused
     */
    Answer answer(AliyunCall call) {
        checkVersion(call);
        return switch (call.action()) {
            case null -> throw new AliyunException(AliyunErrorCode.MISSING_PARAMETER, "The parameter Action is mandatory.");
            case "RefreshObjectCaches" -> refused(Refusals.OF_REFRESHES, () -> requests.refresh(call));
            case "RefreshObjectCacheByCacheTag" -> requests.refreshByTag(call);
            case "PushObjectCache" -> refused(Refusals.OF_PUSHES, () -> requests.push(call));
            case "DescribeRefreshTasks" -> refused(Refusals.OF_REFRESHES, () -> tasks.describe(call));
            case "DescribeRefreshTaskById" -> refused(Refusals.OF_REFRESHES, () -> tasks.describeById(call));
            case "DescribePreloadDetailById" -> refused(Refusals.OF_PUSHES, () -> tasks.describePreload(call));
            case "DescribeRefreshQuota" -> refused(Refusals.OF_REFRESHES, () -> quotas.ofRefreshes(call));
            case "DescribeCdnUserQuota" -> refused(Refusals.OF_REFRESHES, () -> quotas.ofUser(call));
            default ->
                throw new AliyunException(
                        AliyunErrorCode.UNKNOWN_ACTION,
                        "The action is not one of those that Freshet offers; its documentation lists them.");
        };
    }

    private static void checkVersion(AliyunCall call) {
        String version = call.version();
        if (version == null) {
            throw new AliyunException(AliyunErrorCode.MISSING_PARAMETER, "The parameter Version is mandatory.");
        }
        if (!version.equals(VERSION)) {
            throw new AliyunException(AliyunErrorCode.INVALID_PARAMETER, "The only version is " + VERSION + '.');
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
