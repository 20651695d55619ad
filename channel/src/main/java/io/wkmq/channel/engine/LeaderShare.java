package io.wkmq.channel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes this node's share of group leaderships once after it has joined: after its start, or after it was cut off from most of the others,
 * which have led meanwhile. Waits until, for an uninterrupted period, every group has a leader, all nodes that keep replicas are up, and no
 * replica is missing entries. Then takes groups as planned by {@link LeaderPlan}, one at a time and for itself only, so that nodes that
 * join together do not move the same groups. Leaders stay as they are afterwards. The state is confined to the loop; methods are
 * thread-safe.
 */
final class LeaderShare {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderShare.class);

    /** The interval between checks. */
    static final long LOOK_MS = 1_000;

    /** The timeout for other nodes' answers. */
    static final long ANSWER_MS = 10_000;

    /** The number of failed transfers after which no more groups are taken. */
    static final int TRIES = 3;

    private static final long NEVER = Long.MIN_VALUE;

    /** The groups' state and control. Thread-safe; does not block. */
    interface Groups {
        /** See {@link Engine#groups}. */
        CompletionStage<List<GroupStatus>> groups();

        /** See {@link Engine#filling}. */
        CompletionStage<Map<String, Set<Integer>>> filling();

        /** See {@link Engine#lead}. */
        CompletionStage<Void> lead(int group, @Nullable String node);

        /** See {@link GroupLogs#where}. */
        @Nullable
        String where();
    }

    private final Groups groups;
    private final EngineLoop loop;
    private final long afterMs;
    private final List<Integer> taken = new ArrayList<>();
    private boolean due = true;
    private long readySinceMs = NEVER;
    private int failures;
    private volatile boolean stopped;

    /**
     * Creates the share of this node.
     *
     * @param afterMs for how long all conditions must hold; 0 to take nothing automatically
     */
    LeaderShare(Groups groups, EngineLoop loop, long afterMs) {
        this.groups = groups;
        this.loop = loop;
        this.afterMs = afterMs;
    }

    /** Starts periodic checks, until stopped. */
    void start() {
        if (afterMs > 0) {
            onLoop(this::again);
        }
    }

    void stop() {
        stopped = true;
    }

    private void onLoop(Runnable step) {
        try {
            loop.execute(step);
        } catch (RejectedExecutionException e) {
            stopped = true; // the engine is closed
        }
    }

    private void again() {
        loop.after(LOOK_MS, this::look);
    }

    private void look() {
        if (stopped) {
            return;
        }
        ask(groups::groups, List.of(), all -> {
            due |= cutOff(all);
            String self = groups.where();
            if (due && self != null && here(self, all)) {
                ask(groups::filling, Map.of(), filling -> consider(self, all, filling));
            } else {
                unready();
            }
        });
    }

    /** Passes the answer on, on the loop; passes {@code nothing} if it fails or times out. */
    private <T> void ask(Supplier<CompletionStage<T>> question, T nothing, Consumer<T> then) {
        CompletableFuture<T> answer = CompletableFuture.completedFuture(nothing)
                .thenCompose(begun -> question.get())
                .exceptionally(failure -> nothing);
        loop.after(ANSWER_MS, () -> answer.complete(nothing));
        var unused = answer.thenAccept(known -> onLoop(() -> then.accept(known)));
    }

    private void unready() {
        readySinceMs = NEVER;
        again();
    }

    private void consider(String self, List<GroupStatus> all, Map<String, Set<Integer>> filling) {
        if (!whole(all, filling)) {
            unready();
            return;
        }
        if (readySinceMs == NEVER) {
            readySinceMs = loop.nowMs();
        }
        if (loop.nowMs() - readySinceMs < afterMs) {
            again();
        } else {
            LeaderPlan.of(all, filling).stream()
                    .filter(move -> move.to().equals(self) && taken.size() < all.size())
                    .findFirst()
                    .ifPresentOrElse(this::take, () -> end(null));
        }
    }

    /** Returns whether at least half of a group's replicas are not reachable: others may have led without this node. */
    private static boolean cutOff(List<GroupStatus> all) {
        return all.stream()
                .anyMatch(
                        group -> group.present().size() * 2 <= group.replicas().size());
    }

    private static boolean here(String self, List<GroupStatus> all) {
        return !all.isEmpty()
                && all.stream()
                        .allMatch(group -> group.leader() != null
                                && group.replicas().contains(self)
                                && group.replicas().equals(group.present()));
    }

    private static boolean whole(List<GroupStatus> all, Map<String, Set<Integer>> filling) {
        return all.stream()
                .allMatch(group -> group.replicas().stream().allMatch(node -> whole(node, group.group(), filling)));
    }

    /** A node that does not report may be missing entries too. */
    private static boolean whole(String node, int group, Map<String, Set<Integer>> filling) {
        Set<Integer> unfit = filling.get(node);
        return unfit != null && !unfit.contains(group);
    }

    /** Others may have changed leaders meanwhile: so the plan is made anew after each group. */
    private void take(LeaderPlan.Move move) {
        if (stopped) {
            return;
        }
        var unused = CompletableFuture.<@Nullable Void>completedFuture(null)
                .thenCompose(begun -> groups.lead(move.group(), move.to()))
                .whenComplete((nothing, failure) -> onLoop(() -> {
                    if (failure == null) {
                        taken.add(move.group());
                        look();
                    } else if (++failures < TRIES) {
                        unready();
                    } else {
                        end(failure);
                    }
                }));
    }

    private void end(@Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn(
                    "This node leads fewer groups of the channels than others; wkctl raft rebalance changes that taken={}",
                    taken,
                    failure);
        } else if (!taken.isEmpty()) {
            LOG.info("This node took over the leadership of channel groups taken={}", taken);
        }
        taken.clear();
        failures = 0;
        due = false;
        unready();
    }
}
