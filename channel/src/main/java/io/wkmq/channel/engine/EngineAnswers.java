package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for an engine's answers on behalf of administrators. Stateless; its methods block, and must not be called on an engine's threads.
 */
final class EngineAnswers {
    private static final long PATIENCE_SECONDS = 30;

    private EngineAnswers() {}

    /**
     * Waits for an answer.
     *
     * @throws ChannelException if the request fails, or there is no answer within half a minute
     */
    static <T extends @Nullable Object> T await(CompletionStage<T> stage) throws ChannelException {
        return await(stage, "");
    }

    /**
     * Waits for the answer to a change, which may still take effect after a timeout.
     *
     * @throws ChannelException as {@link #await}
     */
    static <T extends @Nullable Object> T awaitChange(CompletionStage<T> stage) throws ChannelException {
        return await(stage, "; the change may still take effect");
    }

    private static <T extends @Nullable Object> T await(CompletionStage<T> stage, String otherwise)
            throws ChannelException {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ChannelException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new ChannelException("The channels did not answer within " + PATIENCE_SECONDS + " s" + otherwise, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ChannelException("The wait for the channels was interrupted" + otherwise, e);
        }
    }
}
