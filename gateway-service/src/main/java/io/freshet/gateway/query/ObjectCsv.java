package io.freshet.gateway.query;

import static io.freshet.gateway.query.Csv.name;
import static io.freshet.gateway.query.Csv.text;

import io.freshet.contracts.task.ObjectOutcomes;
import io.freshet.contracts.task.ObjectPage;
import io.freshet.contracts.task.ObjectView;
import java.util.List;
import reactor.core.publisher.Flux;

/** Objects of a task as CSV, page by page. */
final class ObjectCsv {

    private static final List<String> COLUMNS = List.of(
            "index",
            "object",
            "status",
            "nodesDone",
            "nodesTotal",
            "laggingNodes",
            "purged",
            "absent",
            "banned",
            "refused",
            "verified",
            "description",
            "bytes");

    private static final ObjectOutcomes NO_OUTCOMES =
            new ObjectOutcomes(List.of(), List.of(), List.of(), List.of(), List.of());

    private ObjectCsv() {}

    /** Returns the header line, then a text for each page. */
    static Flux<String> of(Flux<ObjectPage> pages) {
        return Csv.of(
                COLUMNS,
                pages.map(page -> page.objects().stream().map(ObjectCsv::row).toList()));
    }

    private static List<String> row(ObjectView object) {
        ObjectOutcomes outcomes = object.outcomes() == null ? NO_OUTCOMES : object.outcomes();
        return List.of(
                Integer.toString(object.index()),
                text(object.object()),
                name(object.status()),
                Integer.toString(object.nodesDone()),
                Integer.toString(object.nodesTotal()),
                text(object.laggingNodes()),
                text(outcomes.purged()),
                text(outcomes.absent()),
                text(outcomes.banned()),
                text(outcomes.refused()),
                text(outcomes.verified()),
                text(object.description()),
                Long.toString(object.bytes()));
    }
}
