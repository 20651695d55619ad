package io.wkmq.channel.engine;

import io.wkmq.channel.quorum.Slot;
import io.wkmq.routing.NodeId;
import io.wkmq.testing.disk.SimDisk;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A member of a simulated group across its restarts. Not thread-safe. */
final class ReplicaMember {
    final int number;
    final NodeId id;
    SimDisk disk = new SimDisk();
    int lives;

    /** What is sure to be on the disk. */
    Kept kept = new Kept(true, 0, 0);

    /** Null while it is down. */
    @Nullable
    Life life;

    ReplicaMember(int number) {
        this.number = number;
        this.id = new NodeId(new UUID(0, number));
    }

    /**
     * What would remain without all unsynced writes.
     *
     * @param whole whether the replica is complete up to {@code applied}
     * @param applied the last entry applied
     * @param begin where the log then starts
     */
    record Kept(boolean whole, long applied, long begin) {}

    /** An operation given to this member's log, and who waits for its outcome. */
    record Pending(Slot slot, CompletableFuture<byte[]> answer) {}

    /** One run of the member's process. */
    static final class Life {
        final SimReplica replica;

        /** Of the appender, and of operations on their way. */
        final SimLoop front = new SimLoop();

        final Appender appender;

        /** What waits here, by the index in the log. */
        final TreeMap<Long, Pending> pending = new TreeMap<>();

        /** What of it was looked at. */
        final ReplicaInspector inspector;

        Life(SimReplica replica, ReplicaInspector inspector, Function<SimLoop, Appender> appender) {
            this.replica = replica;
            this.inspector = inspector;
            this.appender = appender.apply(front);
        }
    }
}
