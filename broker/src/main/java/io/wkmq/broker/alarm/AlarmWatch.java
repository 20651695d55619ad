package io.wkmq.broker.alarm;

import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.ClusterNode;
import io.wkmq.cluster.ClusterStatus;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Looks for what is wrong while the node serves clients: before and after that its parts are not all there. Nor while it is told to
 * join or leave a cluster: the nodes that it leaves are not down. To be run once a second by one thread.
 */
public final class AlarmWatch implements Runnable {
    private final Alarms alarms;
    private final BooleanSupplier serving;
    private final NodeCauses node;
    private final Others others;

    /** Raises alarms about a node and its cluster. */
    public AlarmWatch(Alarms alarms, BooleanSupplier serving, NodeCauses node, Cluster cluster, InstantSource clock) {
        this(alarms, serving, node, new OthersOfCluster(alarms, cluster, clock));
    }

    AlarmWatch(Alarms alarms, BooleanSupplier serving, NodeCauses node, Others others) {
        this.alarms = alarms;
        this.serving = serving;
        this.node = node;
        this.others = others;
    }

    /** The other nodes. */
    interface Others {
        /** Whether this node is about to have others than before. */
        boolean changing();

        /** What is wrong with them. */
        List<Cause> look();
    }

    @Override
    public void run() {
        if (!serving.getAsBoolean() || others.changing()) {
            return;
        }
        List<Cause> causes = new ArrayList<>(node.look());
        causes.addAll(others.look());
        if (!others.changing()) { // a change that began meanwhile may have been seen
            alarms.look(causes);
        }
    }

    private static final class OthersOfCluster implements Others {
        private final Alarms alarms;
        private final Cluster cluster;
        private final InstantSource clock;
        private final ClusterCauses causes = new ClusterCauses();
        private final HealWatch heals = new HealWatch();

        OthersOfCluster(Alarms alarms, Cluster cluster, InstantSource clock) {
            this.alarms = alarms;
            this.cluster = cluster;
            this.clock = clock;
        }

        @Override
        public boolean changing() {
            return cluster.administration().map(ClusterNode::changing).orElse(false);
        }

        @Override
        public List<Cause> look() {
            return cluster.administration().map(this::look).orElse(List.of());
        }

        private List<Cause> look(ClusterNode member) {
            ClusterStatus now = member.status();
            heals.look(
                    now.heals(),
                    clock.instant(),
                    heal -> alarms.wasWrong(HealWatch.cause(heal), heal.at().minus(heal.apart()), heal.at()));
            return causes.look(now, member.figures().linkCounts());
        }
    }
}
