package io.wkmq.channel.engine;

import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Declares many channels, some at a time: less than what a leader refuses. One that is refused does not keep the others back. Used once. */
final class Declarations {
    private static final int AT_A_TIME = 32;

    private final List<RegistryOp.Create> wanted;
    private final Function<RegistryOp.Create, CompletionStage<RegistryAnswer>> declare;
    private final List<RegistryAnswer> answers = new ArrayList<>();

    /**
     * Those channels.
     *
     * @param declare completes with the registry's answer, when the channel takes messages
     */
    Declarations(List<RegistryOp.Create> wanted, Function<RegistryOp.Create, CompletionStage<RegistryAnswer>> declare) {
        this.wanted = wanted;
        this.declare = declare;
    }

    /** Declares all; completes with the answers, in their order. Fails if of one nobody knows what became of it: those behind it are not begun. */
    CompletionStage<List<RegistryAnswer>> begin() {
        int from = answers.size();
        if (from == wanted.size()) {
            return CompletableFuture.completedFuture(List.copyOf(answers));
        }
        List<CompletableFuture<RegistryAnswer>> some =
                wanted.subList(from, Math.min(wanted.size(), from + AT_A_TIME)).stream()
                        .map(each -> declare.apply(each).toCompletableFuture())
                        .toList();
        return CompletableFuture.allOf(some.toArray(CompletableFuture<?>[]::new))
                .thenCompose(done -> {
                    some.forEach(each -> answers.add(each.join()));
                    return begin();
                });
    }
}
