package io.wkmq.broker.auth;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Asks a chain of handlers until one gives an answer, without switching threads as long as they answer immediately. */
final class Chain {
    private Chain() {}

    /**
     * Returns the first answer that is not {@code ignored}, or {@code ignored} if there is none.
     *
     * @param links the handlers
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
