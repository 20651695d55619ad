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
 * Has this node lead as many groups as the others once it has come: after its start, and after it was cut off from most of the others, for
 * these have led since. It waits until every group has a leader, all nodes that keep the groups are here and none of their replicas misses
 * something, for a while without a break. Then it takes groups by {@link LeaderPlan}, one after the other, for itself only: so nodes
 * that come at once do not move the same ones. Who leads then leads on. Its state belongs to the loop; its methods are thread-safe.
 */
final class LeaderShare {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderShare.class);

    /** How often it looks who is here. */
    static final long LOOK_MS = 1_000;

    /** So long is waited for what other nodes say. */
    static final long ANSWER_MS = 10_000;

    /** After so many groups that were not handed over it takes no more. */
    static final int TRIES = 3;

    private static final long NEVER = Long.MIN_VALUE;

    /** What it is told of the groups. Thread-safe; does not block. */
    interface Groups {
        /** As {@link Engine#groups}. */
        CompletionStage<List<GroupStatus>> groups();

        /** As {@link Engine#filling}. */
        CompletionStage<Map<String, Set<Integer>>> filling();

        /** As {@link Engine#lead}. */
        CompletionStage<Void> lead(int group, @Nullable String node);

        /** As {@link GroupLogs#where}. */
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
     * The share of this node.
     *
     * @param afterMs for how long all has to be ready; 0 if it takes nothing by itself
     */
    LeaderShare(Groups groups, EngineLoop loop, long afterMs) {
        this.groups = groups;
        this.loop = loop;
        this.afterMs = afterMs;
    }

    /** Begins, and goes on until it is stopped. */
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

    /** Goes on with the answer, on the loop; with that of who knows nothing if there is none. */
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

    /** Whether most of those that keep a group are not here: then others may have led on without this node. */
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

    /** Who does not say what it has may miss something too. */
    private static boolean whole(String node, int group, Map<String, Set<Integer>> filling) {
        Set<Integer> unfit = filling.get(node);
        return unfit != null && !unfit.contains(group);
    }

    /** Others may have changed who leads meanwhile: so after each group is looked anew. */
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
