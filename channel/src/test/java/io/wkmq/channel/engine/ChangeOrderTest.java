package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChangeOrderTest {
    private final ChangeOrder order = new ChangeOrder();
    private final List<String> begun = new ArrayList<>();

    private CompletableFuture<String> change(String name, CompletableFuture<String> end) {
        begun.add(name);
        return end;
    }

    @Test
    void thoseThatDoNotDisturbEachOtherBeginAtOnceAndEndInTheirOrder() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<String> firstDone = order.together(() -> change("first", first));
        CompletableFuture<String> secondDone = order.together(() -> change("second", second));
        assertThat(begun).containsExactly("first", "second");

        second.complete("2");
        assertThat(secondDone).as("the first one has not ended").isNotDone();
        first.complete("1");
        assertThat(firstDone).isCompletedWithValue("1");
        assertThat(secondDone).isCompletedWithValue("2");
    }

    @Test
    void oneThatHasToBeAloneWaitsForAllAndAllWaitForIt() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> alone = new CompletableFuture<>();
        CompletableFuture<String> last = new CompletableFuture<>();
        var unused = order.together(() -> change("first", first));
        CompletableFuture<String> aloneDone = order.alone(() -> change("alone", alone));
        CompletableFuture<String> lastDone = order.together(() -> change("last", last));
        assertThat(begun).containsExactly("first");

        first.complete("1");
        assertThat(begun).containsExactly("first", "alone");
        alone.complete("2");
        assertThat(begun).containsExactly("first", "alone", "last");
        assertThat(aloneDone).isCompletedWithValue("2");
        last.complete("3");
        assertThat(lastDone).isCompletedWithValue("3");
    }

    @Test
    void oneThatFailsKeepsNobodyBack() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> firstDone = order.alone(() -> change("first", first));
        CompletableFuture<String> second = order.alone(() -> change("second", CompletableFuture.completedFuture("2")));
        CompletableFuture<String> third = order.together(() -> {
            throw new IllegalStateException("never begun");
        });
        CompletableFuture<String> fourth = order.together(() -> change("4", CompletableFuture.completedFuture("4")));

        first.completeExceptionally(new IllegalStateException("failed"));
        assertThat(firstDone).isCompletedExceptionally();
        assertThat(second).isCompletedWithValue("2");
        assertThat(third).isCompletedExceptionally();
        assertThat(fourth).isCompletedWithValue("4");
    }
}
