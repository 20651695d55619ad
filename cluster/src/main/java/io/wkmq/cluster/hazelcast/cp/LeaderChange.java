package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPMember;
import com.hazelcast.cp.internal.raft.impl.RaftNodeImpl;
import io.wkmq.channel.engine.GroupStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Transfers the leadership of groups' Raft logs to other nodes on request. Thread-safe; does not block. */
final class LeaderChange {
    private static final Duration STATUS_LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_MS = 20;

    private final CpChannels channels;
    private final CpGroupStatus statuses;
    private final BooleanSupplier follows;

    /**
     * Creates the changes for those channels' groups.
     *
     * @param follows tests whether other nodes keep the logs, and this one does not
     */
    LeaderChange(CpChannels channels, CpGroupStatus statuses, BooleanSupplier follows) {
        this.channels = channels;
        this.statuses = statuses;
        this.follows = follows;
    }

    /** Transfers the leadership of a group, as {@link io.wkmq.channel.engine.GroupLogs#lead}. */
    CompletionStage<Void> lead(int group, @Nullable String to) {
        return statuses.status(group).thenCompose(before -> {
            String why = refusal(before, to);
            if (why != null) {
                return CompletableFuture.failedFuture(new IOException(why));
            }
            return before.leader() != null && before.leader().equals(to)
                    ? CompletableFuture.completedFuture(null)
                    : handOver(before, to);
        });
    }

    private static @Nullable String refusal(GroupStatus group, @Nullable String to) {
        if (group.leader() == null) {
            return "Group " + group.group() + " has no leader; expected one that can hand over";
        }
        if (to != null && !group.replicas().contains(to)) {
            return "No node that keeps group " + group.group() + " is " + to + "; expected one of " + group.replicas();
        }
        if (to != null && !group.present().contains(to)) {
            return "The node at " + to + " is not here; expected one of " + group.present();
        }
        return to == null && group.present().size() < 2
                ? "No other node that keeps group " + group.group() + " is here; expected one"
                : null;
    }

    private CompletionStage<Void> handOver(GroupStatus before, @Nullable String to) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        long since = System.nanoTime();
        var unused = member(before.group(), to)
                .thenCompose(target -> channels.handOver(before.group(), target, STATUS_LIMIT))
                .whenComplete((begun, failure) -> {
                    if (failure == null) {
                        awaitLeader(before, to, since, done);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
        return done;
    }

    /** Completes with the id of the member at that address; with null if the address is null. */
    private CompletionStage<@Nullable UUID> member(int group, @Nullable String where) {
        CompletableFuture<@Nullable UUID> found = new CompletableFuture<>();
        if (where == null) {
            found.complete(null);
        } else if (channels.node(group) instanceof RaftNodeImpl node) {
            node.execute(() -> node.getCommittedMembers().stream()
                    .filter(member -> channels.members().where(member).equals(where))
                    .findFirst()
                    .ifPresentOrElse(
                            member -> found.complete(member.getUuid()),
                            () -> found.completeExceptionally(
                                    new IOException("The node at " + where + " keeps group " + group + " no more"))));
        } else if (follows.getAsBoolean()) {
            return channels.members()
                    .all()
                    .thenApply(all -> all.stream()
                            .filter(member -> ChannelMembers.where(member).equals(where))
                            .findFirst()
                            .map(CPMember::getUuid)
                            .orElseThrow(() -> new CompletionException(
                                    new IOException("The node at " + where + " keeps group " + group + " no more"))));
        } else {
            found.completeExceptionally(new IOException("This node has no replica of group " + group));
        }
        return found.orTimeout(STATUS_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Completes once this node sees that leader or, if it is null, any leader of a later term. */
    private void awaitLeader(GroupStatus before, @Nullable String to, long sinceNanos, CompletableFuture<Void> done) {
        var unused = statuses.status(before.group()).whenComplete((now, failure) -> {
            if (failure != null) {
                done.completeExceptionally(failure);
            } else if (now.leader() != null
                    && (to == null ? now.term() > before.term() : now.leader().equals(to))) {
                done.complete(null);
            } else if (System.nanoTime() - sinceNanos > STATUS_LIMIT.toNanos()) {
                done.completeExceptionally(new IOException("Group " + before.group() + " is led by " + now.leader()
                        + " after " + STATUS_LIMIT.toSeconds() + " s; expected "
                        + (to == null ? "a leader of a later term than " + before.term() : to)));
            } else {
                CompletableFuture.delayedExecutor(PAUSE_MS, TimeUnit.MILLISECONDS)
                        .execute(() -> awaitLeader(before, to, sinceNanos, done));
            }
        });
    }
}
