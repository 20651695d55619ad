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
 * A node that can report what its replicas hold. Immutable.
 *
 * @param id the node's id; null for this node if it keeps no channels together with others
 * @param name the node's name; null for this node
 * @param asks sends a question to the node; does not block; the stage fails on timeout
 */
public record Auditee(
        @Nullable NodeId id, @Nullable String name, Function<AuditQuestion, CompletionStage<AuditAnswer>> asks) {
    /**
     * Blocks until the node has answered; a timeout or failure counts as a refusal.
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

    /** Wraps an interrupt in an exception; leaves the thread's interrupt flag set. */
    static ChannelException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ChannelException("The wait for the channels was interrupted", cause);
    }

    /** Explains why a node did not answer with what it was asked for. */
    static String why(AuditAnswer answer) {
        if (answer instanceof AuditAnswer.Damaged damaged) {
            return "record " + damaged.seq() + " is damaged: " + damaged.reason();
        }
        return answer instanceof AuditAnswer.Refused refused ? refused.reason() : "it answers " + answer;
    }
}
