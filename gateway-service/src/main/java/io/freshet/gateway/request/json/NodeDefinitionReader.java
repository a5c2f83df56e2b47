package io.freshet.gateway.request.json;

import io.freshet.gateway.request.NodeDefinitionRequest;
import org.jspecify.annotations.Nullable;

/** Reader of the bodies of definitions of nodes. An invalid body is a problem that names the place. */
public final class NodeDefinitionReader {

    private NodeDefinitionReader() {}

    /** Returns the definition of a new node, with its id. */
    public static NodeDefinitionRequest added(byte[] body) {
        StrictJsonObject object = StrictJsonObject.of(body);
        object.require("id");
        return read(object, object.string("id"));
    }

    /** Returns the definition of a node that the path names. */
    public static NodeDefinitionRequest changed(byte[] body) {
        return read(StrictJsonObject.of(body), null);
    }

    private static NodeDefinitionRequest read(StrictJsonObject object, @Nullable String id) {
        object.require("tier");
        object.require("address");
        object.require("driver");
        NodeDefinitionRequest request = new NodeDefinitionRequest(
                id,
                String.valueOf(object.string("tier")),
                String.valueOf(object.string("address")),
                String.valueOf(object.string("driver")),
                object.string("region"));
        object.verify();
        return request;
    }
}
