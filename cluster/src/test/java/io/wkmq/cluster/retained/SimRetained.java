package io.wkmq.cluster.retained;

import io.wkmq.cluster.sim.SimMembers;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.RetainedStore;
import java.time.Clock;

/** The replication of retained messages of a simulated node, for tests that build on it. */
public final class SimRetained {
    private static final int SWEEP_MAX = 1_000;

    private SimRetained() {}

    /** The disk of a node. */
    public static RetainedStore disk() {
        return new KeptStore();
    }

    /** Starts it, before the node meets others. */
    public static RetainedReplication start(
            RetainedMessages retained, Clock clock, SimMembers members, SimMembers.Member member) {
        RetainedReplication replication = new RetainedReplication(
                retained,
                member,
                member,
                clock,
                task -> members.time.after(0, () -> member.ifAlive(task)),
                members.time::nowMs,
                () -> {});
        member.every(50, replication::tick);
        member.every(1_000, () -> {
            int swept = retained.sweep(SWEEP_MAX);
            if (swept < 0) {
                throw new AssertionError(swept);
            }
        });
        return replication;
    }
}
