package io.wkmq.broker.alarm;

import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.ClusterStatus.Running;
import io.wkmq.cluster.ClusterStatus.Stopped;
import io.wkmq.cluster.membership.MembershipStatus.Cut;
import io.wkmq.cluster.membership.MembershipStatus.KeptOut;
import io.wkmq.cluster.transport.LinkCounter;
import io.wkmq.cluster.transport.LinkStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Detects problems between this node and others. Confined to one thread. */
final class ClusterCauses {
    private final Rise lost = new Rise();

    List<Cause> look(ClusterStatus now, Map<LinkCounter, Long> links) {
        List<Cause> causes = new ArrayList<>();
        now.stopped().stream().filter(Stopped::dead).map(ClusterCauses::down).forEach(causes::add);
        now.cuts().stream().map(ClusterCauses::apart).forEach(causes::add);
        for (Running one : now.running()) {
            LinkStatus link = one.link();
            if (link != null && link.state() == LinkStatus.State.UNREACHABLE) {
                causes.add(unreachable(link));
            }
        }
        KeptOut keptOut = now.keptOut();
        if (keptOut != null && !keptOut.left()) {
            causes.add(new Cause(
                    AlarmKind.KEPT_OUT,
                    "",
                    "The cluster does not take this node: " + keptOut.why(),
                    Map.of("reason", keptOut.why())));
        }
        long dropped = links.getOrDefault(LinkCounter.DROPPED, 0L);
        long rejected = links.getOrDefault(LinkCounter.REJECTED, 0L);
        if (lost.rises(dropped + rejected)) {
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("dropped", dropped);
            details.put("rejected", rejected);
            causes.add(new Cause(
                    AlarmKind.LINK_QUEUE_FULL,
                    "",
                    "Too much waits for other nodes, messages to them are dropped or refused; see"
                            + " cluster.link.queue_bytes",
                    details));
        }
        return causes;
    }

    private static Cause down(Stopped one) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("node", one.name());
        details.put("id", one.id().toString());
        if (one.address() != null) {
            details.put("address", one.address().toString());
        }
        details.put("since", one.since().getEpochSecond());
        return new Cause(
                AlarmKind.NODE_DOWN,
                one.name(),
                "Node " + one.name() + " is gone: it does not run, or cannot be reached",
                details);
    }

    private static Cause apart(Cut cut) {
        String one = cut.one().name().toString();
        String other = cut.other().name().toString();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("nodes", List.of(one, other));
        details.put("since", cut.since().getEpochSecond());
        return new Cause(AlarmKind.NODES_APART, one + ',' + other, "Though both are in the cluster, " + cut, details);
    }

    private static Cause unreachable(LinkStatus link) {
        String node = link.peer().node().name().toString();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("node", node);
        details.put("reason", link.problem());
        return new Cause(
                AlarmKind.LINK_UNREACHABLE,
                node,
                "Node " + node + " is in the cluster and takes no messages of this one: " + link.problem(),
                details);
    }
}
