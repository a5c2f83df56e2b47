package io.freshet.gateway.request;

import io.freshet.contracts.Selector;
import io.freshet.fleet.Account;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** From the bytes of a JSON body to what is asked, or to a problem that names all that is wrong with it. */
@Component
public class RequestReader {

    private final CanonicalRequests requests;

    RequestReader(CanonicalRequests requests) {
        this.requests = requests;
    }

    /**
     * @throws io.freshet.gateway.problem.ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Refresh refresh(Account account, byte[] body) {
        return requests.refresh(account, refreshFields(body));
    }

    /**
     * @throws io.freshet.gateway.problem.ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Push push(Account account, byte[] body) {
        return requests.push(account, pushFields(body));
    }

    /**
     * What would become of a refresh. Nothing does.
     *
     * @throws io.freshet.gateway.problem.ProblemException if anything but its objects is wrong
     */
    public Checked checkRefresh(Account account, byte[] body) {
        return requests.check(account, refreshFields(body));
    }

    /**
     * What would become of a push. Nothing does.
     *
     * @throws io.freshet.gateway.problem.ProblemException if anything but its objects is wrong
     */
    public Checked checkPush(Account account, byte[] body) {
        return requests.check(account, pushFields(body));
    }

    /**
     * Headers alone: a JSON object of lists of strings.
     *
     * @throws io.freshet.gateway.problem.ProblemException if it is anything else
     */
    public Map<String, List<String>> headers(byte[] json) {
        Fields fields = Fields.of(json);
        Map<String, List<String>> headers = fields.texts();
        fields.end();
        return headers;
    }

    private static PushRequest pushFields(byte[] body) {
        Fields fields = Fields.of(body);
        fields.require("objects");
        PushRequest request =
                new PushRequest(fields.texts("objects"), fields.text("tier"), fields.textsByName("headers"));
        fields.end();
        return request;
    }

    private static RefreshRequest refreshFields(byte[] body) {
        Fields fields = Fields.of(body);
        fields.require("type", "objects");
        @Nullable String type = fields.word("type", "url", "directory");
        RefreshRequest request = new RefreshRequest(
                "directory".equals(type) ? Selector.DIRECTORY : Selector.URL,
                fields.texts("objects"),
                fields.flag("soft"),
                thenPush(fields.fields("thenPush")));
        if (request.thenPush() != null && request.type() != Selector.URL) {
            fields.refuse("thenPush", "goes with the type url only: what a " + type + " holds is not known");
        }
        fields.end();
        return request;
    }

    private static RefreshRequest.@Nullable ThenPush thenPush(@Nullable Fields fields) {
        return fields == null ? null : new RefreshRequest.ThenPush(fields.text("tier"), fields.textsByName("headers"));
    }
}
