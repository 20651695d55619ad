package io.wkmq.broker.alarm;

import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.ClusterNode;
import io.wkmq.cluster.ClusterStatus;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Periodically looks for problems and updates the alarms. Runs only while the node serves clients, since its parts are
 * incomplete before and after, and not while the node is told to join or leave a cluster, since the nodes that it leaves are
 * not down. To be run once a second by one thread.
 */
public final class AlarmWatch implements Runnable {
    private final Alarms alarms;
    private final BooleanSupplier serving;
    private final NodeCauses node;
    private final Others others;

    /** Creates a watch for a node and its cluster. */
    public AlarmWatch(Alarms alarms, BooleanSupplier serving, NodeCauses node, Cluster cluster, InstantSource clock) {
        this(alarms, serving, node, new OthersOfCluster(alarms, cluster, clock));
    }

    AlarmWatch(Alarms alarms, BooleanSupplier serving, NodeCauses node, Others others) {
        this.alarms = alarms;
        this.serving = serving;
        this.node = node;
        this.others = others;
    }

    /** The source of problems with other nodes. */
    interface Others {
        /** Returns whether this node is about to join or leave a cluster. */
        boolean changing();

        /** Returns the current problems. */
        List<Cause> look();
    }

    @Override
    public void run() {
        if (!serving.getAsBoolean() || others.changing()) {
            return;
        }
        List<Cause> causes = new ArrayList<>(node.look());
        causes.addAll(others.look());
        if (!others.changing()) { // causes seen during a change that has begun in the meantime may be wrong
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
