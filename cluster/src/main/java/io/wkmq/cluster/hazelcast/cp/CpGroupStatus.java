package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.internal.raft.impl.RaftEndpoint;
import com.hazelcast.cp.internal.raft.impl.RaftNode;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import com.hazelcast.cp.internal.raft.impl.state.FollowerState;
import com.hazelcast.cp.internal.raft.impl.state.LeaderState;
import io.wkmq.channel.engine.GroupStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The status of groups' Raft logs as known to this node: from its own replica or, if it has none, from the leader. Thread-safe. */
final class CpGroupStatus {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final CpChannels channels;
    private final ChannelMembers members;
    private final Supplier<Set<UUID>> keepers;

    /**
     * Creates the status of those channels' groups.
     *
     * @param keepers supplies the members that keep the logs if this node does not; empty if it does
     */
    CpGroupStatus(CpChannels channels, Supplier<Set<UUID>> keepers) {
        this.channels = channels;
        this.members = channels.members();
        this.keepers = keepers;
    }

    /** Returns the status of a group, as {@link io.wkmq.channel.engine.GroupLogs#status}. */
    CompletionStage<GroupStatus> status(int group) {
        CompletableFuture<GroupStatus> status = new CompletableFuture<>();
        if (channels.node(group) instanceof RaftNodeImpl node) {
            node.execute(() -> status.complete(status(group, node))); // the state belongs to the group's thread
        } else if (!keepers.get().isEmpty()) {
            return channels.asLeader(group)
                    .thenApply(said -> status(group, said))
                    .exceptionally(failure -> unled(group));
        } else {
            status.completeExceptionally(new IOException("This node has no replica of group " + group));
        }
        return status.orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The status as the leader of the group sees it. */
    private GroupStatus status(int group, LeaderStatus said) {
        return new GroupStatus(
                group,
                members.where(said.leader()),
                false,
                said.term(),
                said.last(),
                said.committed(),
                said.committed(),
                true,
                0,
                said.members().stream().map(this::member).toList());
    }

    /** The status if no leader answers: just the members that keep the log, as far as they are known. */
    private GroupStatus unled(int group) {
        return new GroupStatus(
                group,
                null,
                false,
                0,
                0,
                0,
                0,
                true,
                0,
                keepers.get().stream().map(this::member).toList());
    }

    private GroupStatus.Member member(UUID member) {
        return new GroupStatus.Member(members.where(member), members.isHere(member), null);
    }

    private GroupStatus status(int group, RaftNodeImpl node) {
        RaftEndpoint leader = node.getLeader();
        return new GroupStatus(
                group,
                leader == null ? null : members.where(leader),
                leads(node),
                node.state().term(),
                node.state().log().lastLogOrSnapshotIndex(),
                node.state().commitIndex(),
                node.state().lastApplied(),
                channels.whole(node.getGroupId()),
                channels.missed(node.getGroupId()),
                node.getCommittedMembers().stream()
                        .map(member -> member(node, member))
                        .toList());
    }

    private GroupStatus.Member member(RaftNodeImpl node, RaftEndpoint member) {
        LeaderState leading = node.state().leaderState();
        FollowerState follower =
                leading == null ? null : leading.getFollowerStates().get(member);
        return new GroupStatus.Member(
                members.where(member),
                member.equals(node.getLocalMember()) || members.isHere(member),
                follower == null ? null : node.state().log().lastLogOrSnapshotIndex() - follower.matchIndex());
    }

    private static boolean leads(RaftNode node) {
        @Nullable RaftEndpoint leader = node.getLeader();
        return leader != null && leader.equals(node.getLocalMember());
    }

    /** Returns whether this node, as far as it knows, leads a group. */
    boolean leads(int group) {
        RaftNode node = channels.node(group);
        return node != null && leads(node);
    }
}
