package io.wkmq.channel.engine;

import io.wkmq.channel.fill.Donors;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The other members as seen by one life of a member: over a network that delays and loses messages. Not thread-safe. */
final class MemberDonors implements Donors {
    private static final int ANSWER_MS_MAX = 20;
    private static final int LOST_AFTER_MS = 300;

    private final List<ReplicaMember> members;
    private final Predicate<ReplicaMember> reaches;
    private final SimLoop timer;
    private final Random random;
    private final BooleanSupplier lossy;

    /**
     * Of one that asks.
     *
     * @param reaches whom it can ask
     * @param timer of that one
     * @param lossy whether messages get lost
     */
    MemberDonors(
            List<ReplicaMember> members,
            Predicate<ReplicaMember> reaches,
            SimLoop timer,
            Random random,
            BooleanSupplier lossy) {
        this.members = members;
        this.reaches = reaches;
        this.timer = timer;
        this.random = random;
        this.lossy = lossy;
    }

    @Override
    public List<NodeId> here() {
        return members.stream().filter(reaches).map(member -> member.id).toList();
    }

    @Override
    public CompletionStage<byte[]> ask(NodeId donor, byte[] question) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        ReplicaMember asked = members.stream()
                .filter(member -> member.id.equals(donor))
                .findFirst()
                .orElseThrow();
        timer.after(
                LOST_AFTER_MS,
                () -> answer.completeExceptionally(new IOException("Node " + donor + " does not answer")));
        if (!lossy.getAsBoolean() || random.nextInt(40) != 0) {
            timer.after(random.nextInt(ANSWER_MS_MAX), () -> deliver(asked, question, answer));
        }
        return answer;
    }

    private void deliver(ReplicaMember asked, byte[] question, CompletableFuture<byte[]> answer) {
        ReplicaMember.@Nullable Life life = asked.life;
        if (life != null && reaches.test(asked)) {
            life.replica
                    .store
                    .answer(question)
                    .whenComplete((given, failure) ->
                            timer.after(random.nextInt(ANSWER_MS_MAX), () -> answer.complete(given)));
        }
    }
}
