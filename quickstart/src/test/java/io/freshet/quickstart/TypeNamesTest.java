package io.freshet.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Names of all types in the main code of all modules: see docs/adr/0024. */
class TypeNamesTest {

    private static final Pattern DECLARATION = Pattern.compile(
            "^\\s*(?:(?:public|private|protected|static|final|abstract|sealed|non-sealed) )*"
                    + "(?:class|interface|record|enum|@interface) ([A-Z]\\w*)",
            Pattern.MULTILINE);

    /** Metaphors that the code used before; the field has names for all of these. */
    private static final Set<String> REPLACED = Set.of(
            "Acceptance",
            "AdmissionGroups",
            "AnswerPace",
            "AnswerReader",
            "Attempt",
            "Blame",
            "Burial",
            "CatchUp",
            "Cold",
            "CommandLog",
            "Courier",
            "Draft",
            "Eras",
            "Errand",
            "Fault",
            "FaultList",
            "Faults",
            "Feed",
            "Fields",
            "Flushes",
            "Lane",
            "Lap",
            "LiveTasks",
            "Mark",
            "Newcomers",
            "NodeConnection",
            "NodeOrders",
            "NodeReports",
            "OffsetRuns",
            "OrderLog",
            "Pace",
            "Parts",
            "Pass",
            "Place",
            "Portion",
            "ProgressReports",
            "Reach",
            "Rebound",
            "Refusals",
            "Rejection",
            "Rest",
            "Room",
            "Scope",
            "SelfDoubt",
            "Sender",
            "Shard",
            "ShardKeeper",
            "Shards",
            "Standing",
            "StartMarker",
            "Stretch",
            "Tally",
            "Turn",
            "Turnstile",
            "UnadmittedLimit",
            "Watcher",
            "Withdrawal",
            "Work",
            "WorkThreads");

    @Test
    void simple_name_stands_for_one_type_only() throws IOException {
        Map<String, Set<String>> files = new TreeMap<>();
        declarations()
                .forEach((file, names) -> names.forEach(name ->
                        files.computeIfAbsent(name, _ -> new TreeSet<>()).add(file)));
        files.values().removeIf(places -> places.size() == 1);
        assertThat(files).isEmpty();
    }

    @Test
    void no_type_has_a_replaced_name() throws IOException {
        assertThat(declarations().values().stream().flatMap(List::stream))
                .isNotEmpty()
                .noneMatch(REPLACED::contains)
                .noneMatch(name -> name.startsWith("Vendor"));
    }

    private static Map<String, List<String>> declarations() throws IOException {
        Map<String, List<String>> names = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            for (Path file : files.filter(TypeNamesTest::isMainSource).toList()) {
                Matcher matcher = DECLARATION.matcher(Files.readString(file));
                names.put(
                        file.toString(),
                        matcher.results().map(match -> match.group(1)).toList());
            }
        }
        return names;
    }

    /** The test cluster is left out: it sees Freshet from outside, so its types have the names of what it sees. */
    private static boolean isMainSource(Path file) {
        String path = file.toString();
        return path.endsWith(".java") && path.contains("/src/main/java/") && !path.contains("/test-cluster/");
    }
}
