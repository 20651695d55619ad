package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.operation.DefaultRaftReplicateOp;
import io.wkmq.channel.engine.ReplicatedLog;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * The Raft log of a group of channels, usable from any node. Thread-safe.
 *
 * <p>A proposal that is certainly not in the log is retried until its deadline. One that may be in the log fails at once, since only the
 * proposer knows whether it may be there twice.
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
