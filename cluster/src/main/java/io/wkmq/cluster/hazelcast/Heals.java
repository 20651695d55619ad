package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.MembershipStatus;
import io.wkmq.cluster.membership.MembershipStatus.Heal;
import io.wkmq.cluster.membership.Node;
import io.wkmq.routing.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts healed splits: nodes came back that had not stopped meanwhile. Nodes that come back shortly after each other count as one split.
 * Confined to one thread.
 */
final class Heals {
    private static final Logger LOG = LoggerFactory.getLogger(Heals.class);
    private static final Duration TOGETHER = Duration.ofSeconds(15);

    private final InstantSource clock;
    private long count;
    private long failed;
    private @Nullable Heal last;

    Heals(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Records that a node came back.
     *
     * @param here the nodes that are present, this one first, including the one that came back
     */
    void cameBack(Node node, Duration apart, List<Node> here) {
        Instant now = clock.instant();
        List<Node> back = new ArrayList<>();
        List<Node> stayed = new ArrayList<>(here);
        Instant at = now;
        Duration longest = apart;
        Heal before = last;
        if (before != null && before.at().plus(TOGETHER).isAfter(now)) {
            back.addAll(before.cameBack());
            stayed = new ArrayList<>(before.stayed());
            at = before.at();
            longest = apart.compareTo(before.apart()) > 0 ? apart : before.apart();
        } else {
            count++;
        }
        back.remove(node);
        back.add(node);
        stayed.removeAll(back);
        last = new Heal(at, stayed, back, longest);
        LOG.warn(
                "A split of the cluster has healed, count={} stayed={} back={} apart={}",
                count,
                names(stayed),
                names(back),
                longest);
    }

    private static List<NodeName> names(List<Node> nodes) {
        return nodes.stream().map(Node::name).toList();
    }

    /** Records that this node left its cluster for another and failed to enter it. */
    void failed() {
        failed++;
    }

    MembershipStatus.Heals status() {
        return new MembershipStatus.Heals(count, failed, last);
    }
}
