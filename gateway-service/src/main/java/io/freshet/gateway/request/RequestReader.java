package io.freshet.gateway.request;

import io.freshet.contracts.QuotaKind;
import io.freshet.contracts.Selector;
import io.freshet.contracts.TaskKind;
import io.freshet.fleet.Account;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** From the bytes of a body to what is asked, or to a problem that names all that is wrong with it. */
@Component
public class RequestReader {

    private final ObjectReader objects;
    private final PushReader pushes;

    RequestReader(ObjectReader objects, PushReader pushes) {
        this.objects = objects;
        this.pushes = pushes;
    }

    /**
     * @throws io.freshet.gateway.problem.ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Refresh refresh(Account account, byte[] body) {
        return refresh(account, refreshFields(body));
    }

    /**
     * @throws io.freshet.gateway.problem.ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Refresh refresh(Account account, RefreshRequest request) {
        if (request.thenPush() == null) {
            return new CanonicalRequest.Refresh(
                    request.type(), objects.read(account, request.type(), request.objects()), request.soft(), null);
        }
        return new CanonicalRequest.Refresh(
                request.type(),
                objects.readWithPush(account, request.objects()),
                request.soft(),
                pushes.readThenPush(request.thenPush()));
    }

    /**
     * What would become of a refresh. Nothing does.
     *
     * @throws io.freshet.gateway.problem.ProblemException if anything but its objects is wrong
     */
    public Checked checkRefresh(Account account, byte[] body) {
        RefreshRequest request = refreshFields(body);
        if (request.thenPush() == null) {
            return Checked.of(
                    objects.check(account, request.type(), request.objects()),
                    QuotaKind.of(TaskKind.REFRESH, request.type()));
        }
        pushes.readThenPush(request.thenPush());
        return Checked.of(objects.checkWithPush(account, request.objects()), QuotaKind.URL, QuotaKind.PUSH);
    }

    /**
     * @throws io.freshet.gateway.problem.ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Push push(Account account, byte[] body) {
        return push(account, pushFields(body));
    }

    /**
     * @throws io.freshet.gateway.problem.ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Push push(Account account, PushRequest request) {
        return pushes.read(account, request);
    }

    /**
     * What would become of a push. Nothing does.
     *
     * @throws io.freshet.gateway.problem.ProblemException if anything but its objects is wrong
     */
    public Checked checkPush(Account account, byte[] body) {
        return Checked.of(pushes.check(account, pushFields(body)), QuotaKind.PUSH);
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
