package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditQuestion;
import io.wkmq.routing.NodeId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A node that says what its replicas have. Immutable.
 *
 * @param id who it is; null for this one if it keeps nothing together with others
 * @param name what it is called; null for this one
 * @param asks asks it; does not block; the stage fails if there is no answer within a limit of time
 */
public record Auditee(
        @Nullable NodeId id, @Nullable String name, Function<AuditQuestion, CompletionStage<AuditAnswer>> asks) {
    /**
     * Blocks until it has answered; who does not in time has refused.
     *
     * @throws ChannelException if the thread is interrupted
     */
    static AuditAnswer await(CompletableFuture<AuditAnswer> answer, long seconds) throws ChannelException {
        try {
            return answer.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return new AuditAnswer.Refused("no answer: " + e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The thread stays interrupted. */
    static ChannelException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ChannelException("The wait for the channels was interrupted", cause);
    }

    /** Why it did not answer with what it was asked for. */
    static String why(AuditAnswer answer) {
        if (answer instanceof AuditAnswer.Damaged damaged) {
            return "record " + damaged.seq() + " is damaged: " + damaged.reason();
        }
        return answer instanceof AuditAnswer.Refused refused ? refused.reason() : "it answers " + answer;
    }
}
