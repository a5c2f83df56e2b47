package io.freshet.gateway.aliyun.call;

import io.freshet.fleet.account.Account;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated call: the signed parts of a request.
 *
 * @param action name of the operation; null if none is given
 * @param version version of the API; null if none is given
 */
public record AliyunCall(
        Account account, @Nullable String action, @Nullable String version, AliyunParameters parameters) {}
