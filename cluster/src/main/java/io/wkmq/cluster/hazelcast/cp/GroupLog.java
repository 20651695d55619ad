package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.operation.DefaultRaftReplicateOp;
import io.wkmq.channel.engine.ReplicatedLog;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The Raft log of a group of channels, from any node. Thread-safe.
 *
 * <p>A proposal that surely is not in the log is sent again until its deadline; of one that may be there that is said at once, for only
 * who made it knows whether it may be there twice.
 */
final class GroupLog implements ReplicatedLog {
    private final LeaderCalls leader;
    private final Duration deadline;

    GroupLog(LeaderCalls leader, Duration deadline) {
        this.leader = leader;
        this.deadline = deadline;
    }

    @Override
    public CompletionStage<byte[]> propose(byte[] op) {
        return leader.ask(() -> new DefaultRaftReplicateOp(leader.group(), new ChannelOp(op)), deadline);
    }
}
