package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The other nodes as seen by one life of a node: over a network that delays and loses messages. Not thread-safe. */
final class SimDonors implements Donors {
    private static final int ANSWER_MS_MAX = 20;
    private static final int LOST_AFTER_MS = 300;

    /** A node across its restarts. */
    interface Node {
        NodeId id();

        /** What it is now; null if it does not run. */
        @Nullable
        SimReplica life();
    }

    private final List<? extends Node> nodes;
    private final Node self;
    private final SimLoop timer;
    private final Random random;
    private final BooleanSupplier lossy;

    /**
     * Of one that asks.
     *
     * @param nodes all of them
     * @param self the one that asks
     * @param timer of that one's life
     * @param lossy whether messages get lost
     */
    SimDonors(List<? extends Node> nodes, Node self, SimLoop timer, Random random, BooleanSupplier lossy) {
        this.nodes = nodes;
        this.self = self;
        this.timer = timer;
        this.random = random;
        this.lossy = lossy;
    }

    @Override
    public List<NodeId> here() {
        return nodes.stream()
                .filter(node -> node != self && node.life() != null)
                .map(node -> node.id())
                .toList();
    }

    @Override
    public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        Node asked = nodes.stream()
                .filter(node -> node.id().equals(donor))
                .findFirst()
                .orElseThrow();
        timer.after(
                LOST_AFTER_MS,
                () -> answer.completeExceptionally(new IOException("Node " + donor + " does not answer")));
        if (!lossy.getAsBoolean() || random.nextInt(40) != 0) {
            timer.after(random.nextInt(ANSWER_MS_MAX), () -> deliver(asked.life(), question, answer));
        }
        return answer;
    }

    private void deliver(@Nullable SimReplica asked, byte[] question, CompletableFuture<byte[]> answer) {
        if (asked != null) {
            asked.store
                    .answer(question)
                    .whenComplete((given, failure) ->
                            timer.after(random.nextInt(ANSWER_MS_MAX), () -> answer.complete(given)));
        }
    }
}
