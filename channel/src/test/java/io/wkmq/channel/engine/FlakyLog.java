package io.wkmq.channel.engine;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A path to a log that delays, duplicates or loses operations, and loses answers. */
final class FlakyLog implements ReplicatedLog {
    private final ReplicatedLog log;
    private final EngineLoop loop;
    private final Random random;
    private boolean cut;

    FlakyLog(ReplicatedLog log, EngineLoop loop, Random random) {
        this.log = log;
        this.loop = loop;
        this.random = random;
    }

    /** Whether nothing gets through. */
    void cut(boolean nothing) {
        cut = nothing;
    }

    @Override
    public CompletionStage<byte[]> propose(byte[] op) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        int fate = cut ? 0 : random.nextInt(12);
        switch (fate) {
            case 0 -> {
                if (random.nextBoolean()) {
                    loop.after(random.nextInt(5), () -> answer.completeExceptionally(new IOException("no way")));
                } // else nobody ever answers
            }
            case 1 -> {
                send(op, random.nextInt(40));
                loop.after(random.nextInt(5), () -> answer.completeExceptionally(new IOException("no answer")));
            }
            case 2 -> {
                send(op, random.nextInt(40));
                loop.after(random.nextInt(30), () -> pass(op, answer));
            }
            case 3, 4 -> loop.after(random.nextInt(30), () -> pass(op, answer));
            default -> pass(op, answer);
        }
        return answer;
    }

    private void send(byte[] op, long delayMs) {
        loop.after(delayMs, () -> log.propose(op).whenComplete((result, failure) -> {}));
    }

    private void pass(byte[] op, CompletableFuture<byte[]> answer) {
        log.propose(op).whenComplete((result, failure) -> {
            if (failure == null) {
                answer.complete(result);
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }
}
