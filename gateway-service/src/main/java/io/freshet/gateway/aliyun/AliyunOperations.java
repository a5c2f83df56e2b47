package io.freshet.gateway.aliyun;

import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.aliyun.call.AliyunErrorCode;
import io.freshet.gateway.aliyun.call.AliyunException;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.problem.ProblemException;
import org.springframework.stereotype.Component;

/** Dispatcher of calls to operations by action name. */
@Component
@Blocking
class AliyunOperations {

    private static final String VERSION = "2018-05-10";

    private final RequestOperations requests;
    private final TaskOperations tasks;
    private final QuotaOperations quotas;

    AliyunOperations(RequestOperations requests, TaskOperations tasks, QuotaOperations quotas) {
        this.requests = requests;
        this.tasks = tasks;
        this.quotas = quotas;
    }

    /**
     * Executes the call.
     *
     * @throws AliyunException if the call is refused
     */
    AliyunResponse execute(AliyunCall call) {
        checkVersion(call);
        return switch (call.action()) {
            case null ->
                throw new AliyunException(AliyunErrorCode.MISSING_PARAMETER, "The parameter Action is mandatory.");
            case "RefreshObjectCaches" -> execute(ErrorMapping.REFRESH, () -> requests.refresh(call));
            case "RefreshObjectCacheByCacheTag" ->
                execute(ErrorMapping.REFRESH_BY_TAG, () -> requests.refreshByTag(call));
            case "PushObjectCache" -> execute(ErrorMapping.PUSH, () -> requests.push(call));
            case "DescribeRefreshTasks" -> execute(ErrorMapping.REFRESH, () -> tasks.describe(call));
            case "DescribeRefreshTaskById" -> execute(ErrorMapping.REFRESH, () -> tasks.describeById(call));
            case "DescribePreloadDetailById" -> execute(ErrorMapping.PUSH, () -> tasks.describePreload(call));
            case "DescribeRefreshQuota" -> execute(ErrorMapping.REFRESH, () -> quotas.ofRefreshes(call));
            case "DescribeCdnUserQuota" -> execute(ErrorMapping.REFRESH, () -> quotas.ofUser(call));
            default ->
                throw new AliyunException(
                        AliyunErrorCode.UNKNOWN_ACTION,
                        "The action is not supported. The documentation of Freshet lists the supported actions.");
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

    private interface AliyunOperation {
        AliyunResponse execute();
    }

    private static AliyunResponse execute(ErrorMapping errors, AliyunOperation operation) {
        try {
            return operation.execute();
        } catch (ProblemException e) {
            throw errors.map(e);
        }
    }
}
