package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Transfers the leadership of a group to another member. */
public final class Transfer {
    private Transfer() {}

    /** Completes with whether another leads it then; any thread. */
    public static CompletionStage<Boolean> begin(RaftNodeImpl leader, UUID member, Duration limit) {
        return Handover.begin(leader, other -> other.getUuid().equals(member), limit);
    }
}
