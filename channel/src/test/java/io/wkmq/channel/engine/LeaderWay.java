package io.wkmq.channel.engine;

import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The path of one member's operations to the leader: operations and answers are delayed, duplicated or lost. Not thread-safe. */
final class LeaderWay implements ReplicatedLog {
    private static final int LATE_MS_MAX = 60;

    private final EngineLoop loop;
    private final Random random;
    private final Leader leader;

    /** The current leader. */
    interface Leader {
        /** Is given an operation, which may be there already; completes the answer if it learns what became of it. */
        void take(byte[] op, CompletableFuture<byte[]> answer);
    }

    LeaderWay(EngineLoop loop, Random random, Leader leader) {
        this.loop = loop;
        this.random = random;
        this.leader = leader;
    }

    @Override
    public CompletionStage<byte[]> propose(byte[] op) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        switch (random.nextInt(12)) {
            case 0 -> {
                if (random.nextBoolean()) {
                    loop.after(random.nextInt(5), () -> answer.completeExceptionally(new IOException("No way")));
                } // else nobody ever answers
            }
            case 1 -> {
                later(op, new CompletableFuture<>());
                loop.after(random.nextInt(5), () -> answer.completeExceptionally(new IOException("No answer")));
            }
            case 2 -> {
                leader.take(op, answer);
                later(op, answer);
            }
            case 3 -> later(op, answer);
            default -> leader.take(op, answer);
        }
        return answer;
    }

    private void later(byte[] op, CompletableFuture<byte[]> answer) {
        loop.after(random.nextInt(LATE_MS_MAX), () -> leader.take(op, answer));
    }
}
