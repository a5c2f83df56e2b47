package io.freshet.gateway.aliyun;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.freshet.contracts.QuotaKind;
import io.freshet.fleet.Account;
import io.freshet.gateway.query.AccountQuotas;
import io.freshet.gateway.query.Quota;
import io.freshet.gateway.aliyun.call.AliyunCall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the account may still do today. Of what Freshet does not offer, nothing. */
@Component
class QuotaOperations {

    private final AccountQuotas accountQuotas;

    QuotaOperations(AccountQuotas accountQuotas) {
        this.accountQuotas = accountQuotas;
    }

    /** All as texts. */
    Answer ofRefreshes(AliyunCall call) {
        Map<QuotaKind, Quota> today = today(call.account());
        Map<String, Object> quotas = new LinkedHashMap<>();
        add(quotas, "Url", today.get(QuotaKind.URL));
        add(quotas, "Dir", today.get(QuotaKind.DIRECTORY));
        add(quotas, "Preload", today.get(QuotaKind.PUSH));
        List.of("Regex", "IgnoreParams", "Block", "PreloadEdge").forEach(name -> add(quotas, name, null));
        quotas.replaceAll((_, number) -> number.toString());
        return new Quotas(Answer.newRequestId(), quotas);
    }

    /** All as numbers. */
    Answer ofUser(AliyunCall call) {
        Map<QuotaKind, Quota> today = today(call.account());
        Map<String, Object> quotas = new LinkedHashMap<>();
        quotas.put("DomainQuota", call.account().domains().size());
        add(quotas, "RefreshUrl", today.get(QuotaKind.URL));
        add(quotas, "RefreshDir", today.get(QuotaKind.DIRECTORY));
        add(quotas, "Preload", today.get(QuotaKind.PUSH));
        List.of("IgnoreParams", "Block").forEach(name -> add(quotas, name, null));
        return new Quotas(Answer.newRequestId(), quotas);
    }

    private Map<QuotaKind, Quota> today(Account account) {
        return requireNonNull(accountQuotas.of(account).block()).stream().collect(toMap(Quota::quota, quota -> quota));
    }

    private static void add(Map<String, Object> quotas, String name, @Nullable Quota quota) {
        quotas.put(name + "Quota", quota == null ? 0 : quota.limit());
        quotas.put(name + "Remain", quota == null ? 0 : quota.remaining());
    }

    private record Quotas(String requestId, @JsonIgnore Map<String, Object> all) implements Answer {

        @JsonAnyGetter
        Map<String, Object> members() {
            return all;
        }
    }
}
