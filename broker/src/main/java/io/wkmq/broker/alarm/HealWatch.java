package io.wkmq.broker.alarm;

import io.wkmq.cluster.membership.MembershipStatus.Heal;
import io.wkmq.cluster.membership.MembershipStatus.Heals;
import io.wkmq.cluster.membership.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports healed splits, each after a delay in which the other nodes of the split are likely to come back as well. Confined to
 * one thread.
 */
final class HealWatch {
    /** Nodes that come back later than this after the first one count as another heal. */
    private static final Duration SETTLED = Duration.ofSeconds(16);

    private long told;
    private @Nullable Heal pending;

    /** Reports each heal once. Called about once a second. */
    void look(Heals heals, Instant now, Consumer<Heal> listener) {
        Heal last = heals.last();
        if (last == null || heals.count() <= told) {
            return;
        }
        Heal before = pending;
        if (before != null && !before.at().equals(last.at())) {
            told = heals.count() - 1;
            listener.accept(before);
        }
        pending = last;
        if (!last.at().plus(SETTLED).isAfter(now)) {
            told = heals.count();
            pending = null;
            listener.accept(last);
        }
    }

    /** Returns the cause of the alarm about a past split. */
    static Cause cause(Heal heal) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("stayed", names(heal.stayed()));
        details.put("came_back", names(heal.cameBack()));
        details.put("apart_ms", heal.apart().toMillis());
        return new Cause(
                AlarmKind.PARTITION,
                "",
                "The cluster was split for " + heal.apart().toSeconds() + " s and has healed: " + names(heal.stayed())
                        + " and " + names(heal.cameBack()),
                details);
    }

    private static List<String> names(List<Node> nodes) {
        List<String> names = new ArrayList<>();
        nodes.forEach(node -> names.add(node.name().toString()));
        return List.copyOf(names);
    }
}
