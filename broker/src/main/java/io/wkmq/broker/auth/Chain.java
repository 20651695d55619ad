package io.wkmq.broker.auth;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Asks one after the other until one has something to say, without a thread change as long as they answer at once. */
final class Chain {
    private Chain() {}

    /**
     * The first answer that is not {@code ignored}, or {@code ignored}.
     *
     * @param links who is asked
     * @param question asks one of them
     * @param ignored the answer that passes the question on
     */
    static <H, A> CompletableFuture<A> firstAnswer(
            Iterator<H> links, Function<H, CompletionStage<A>> question, A ignored) {
        while (links.hasNext()) {
            CompletableFuture<A> answer = question.apply(links.next()).toCompletableFuture();
            if (!answer.isDone()) {
                return answer.thenCompose(late -> late.equals(ignored)
                        ? firstAnswer(links, question, ignored)
                        : CompletableFuture.completedFuture(late));
            }
            if (!answer.join().equals(ignored)) {
                return answer;
            }
        }
        return CompletableFuture.completedFuture(ignored);
    }
}
