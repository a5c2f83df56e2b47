package io.freshet.contracts.message;

import java.util.UUID;

/** Question what the nodes hold for a URL, or its answer. Both are lost without harm: the gateway asks again. */
public sealed interface Inspection extends Message permits InspectUrl, UrlInspected {

    /** Returns the id that a question and its answer share. */
    UUID id();

    String account();
}
