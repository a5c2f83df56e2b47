package io.freshet.push.task;

import io.freshet.contracts.message.PushCommand;
import io.freshet.fleet.node.Node;
import io.freshet.push.fetch.PublicUrl;
import io.freshet.push.target.TargetStage;
import io.freshet.push.target.TargetStage.Targets;
import io.freshet.push.task.NodeWorker.PushItem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Objects of a command by stage and node. */
final class PushPlan {

    private final List<StagePlan> stages;
    private final List<List<Node>> nodes = new ArrayList<>();
    private final Map<Integer, String> remarks = new HashMap<>();

    /**
     * Objects that are pushed at the same time.
     *
     * @param items objects by node
     */
    record StagePlan(TargetStage targets, Map<Node, List<PushItem>> items) {}

    /**
     * Creates a plan.
     *
     * @throws IllegalArgumentException if an object is not a URL that can be fetched
     */
    PushPlan(PushCommand command, List<TargetStage> targets) {
        stages = targets.stream()
                .map(stage -> new StagePlan(stage, new LinkedHashMap<>()))
                .toList();
        for (int index = 0; index < command.objects().size(); index++) {
            add(new PushItem(index, PublicUrl.parse(command.objects().get(index))));
        }
    }

    private void add(PushItem item) {
        List<Node> all = new ArrayList<>();
        for (StagePlan stage : stages) {
            Targets chosen = stage.targets().of(item.url().toString());
            for (Node node : chosen.nodes()) {
                stage.items().computeIfAbsent(node, _ -> new ArrayList<>()).add(item);
                all.add(node);
            }
            if (chosen.remark() != null) {
                remarks.merge(item.index(), chosen.remark(), (a, b) -> a + "; " + b);
            }
        }
        nodes.add(all);
    }

    List<StagePlan> stages() {
        return stages;
    }

    /** Returns the nodes of each object. */
    List<List<Node>> nodes() {
        return nodes;
    }

    /** Returns what the descriptions of objects say in any state, by index. */
    Map<Integer, String> remarks() {
        return remarks;
    }
}
