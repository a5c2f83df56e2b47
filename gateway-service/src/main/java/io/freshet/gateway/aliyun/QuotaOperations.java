package io.freshet.gateway.aliyun;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.QuotaKind;
import io.freshet.fleet.account.Account;
import io.freshet.gateway.aliyun.call.AliyunCall;
import io.freshet.gateway.blocking.Blocking;
import io.freshet.gateway.query.AccountQuotas;
import io.freshet.gateway.query.Quota;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Operations that list quotas. Quotas of operations that Freshet does not support are 0. */
@Component
@Blocking
class QuotaOperations {

    private final AccountQuotas accountQuotas;

    QuotaOperations(AccountQuotas accountQuotas) {
        this.accountQuotas = accountQuotas;
    }

    /** Lists the quotas as strings. */
    AliyunResponse ofRefreshes(AliyunCall call) {
        Map<QuotaKind, Quota> byKind = quotasOf(call.account());
        Map<String, Object> quotas = new LinkedHashMap<>();
        add(quotas, "Url", byKind.get(QuotaKind.URL));
        add(quotas, "Dir", byKind.get(QuotaKind.DIRECTORY));
        add(quotas, "Regex", byKind.get(QuotaKind.REGEX));
        add(quotas, "IgnoreParams", byKind.get(QuotaKind.URL));
        add(quotas, "Preload", byKind.get(QuotaKind.PUSH));
        List.of("Block", "PreloadEdge").forEach(name -> add(quotas, name, null));
        quotas.replaceAll((_, number) -> number.toString());
        return new QuotaResponse(AliyunResponse.newRequestId(), quotas);
    }

    /** Lists the quotas as numbers. */
    AliyunResponse ofUser(AliyunCall call) {
        Map<QuotaKind, Quota> byKind = quotasOf(call.account());
        Map<String, Object> quotas = new LinkedHashMap<>();
        quotas.put("DomainQuota", call.account().domains().size());
        add(quotas, "RefreshUrl", byKind.get(QuotaKind.URL));
        add(quotas, "RefreshDir", byKind.get(QuotaKind.DIRECTORY));
        add(quotas, "IgnoreParams", byKind.get(QuotaKind.URL));
        add(quotas, "Preload", byKind.get(QuotaKind.PUSH));
        add(quotas, "Block", null);
        return new QuotaResponse(AliyunResponse.newRequestId(), quotas);
    }

    private Map<QuotaKind, Quota> quotasOf(Account account) {
        return requireNonNull(accountQuotas.of(account).block()).stream().collect(toMap(Quota::quota, quota -> quota));
    }

    private static void add(Map<String, Object> quotas, String name, @Nullable Quota quota) {
        quotas.put(name + "Quota", quota == null ? 0 : quota.limit());
        quotas.put(name + "Remain", quota == null ? 0 : quota.remaining());
    }

    private record QuotaResponse(
            String requestId, @JsonIgnore Map<String, Object> all) implements AliyunResponse {

        @JsonAnyGetter
        Map<String, Object> members() {
            return all;
        }
    }
}
