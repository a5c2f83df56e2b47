package io.freshet.gateway.request;

import io.freshet.contracts.Selector;
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
        RefreshRequest request = refreshFields(body);
        return new CanonicalRequest.Refresh(
                request.type(), objects.read(account, request.type(), request.objects()), request.soft());
    }

    /**
     * @throws io.freshet.gateway.problem.ProblemException if anything is wrong; then nothing of it is done
     */
    public CanonicalRequest.Push push(Account account, byte[] body) {
        Fields fields = Fields.of(body);
        fields.require("objects");
        PushRequest request =
                new PushRequest(fields.texts("objects"), fields.text("tier"), fields.textsByName("headers"));
        fields.end();
        return pushes.read(account, request);
    }

    private static RefreshRequest refreshFields(byte[] body) {
        Fields fields = Fields.of(body);
        fields.require("type", "objects");
        @Nullable String type = fields.word("type", "url", "directory");
        RefreshRequest request = new RefreshRequest(
                "directory".equals(type) ? Selector.DIRECTORY : Selector.URL,
                fields.texts("objects"),
                fields.flag("soft"));
        fields.end();
        return request;
    }
}
