package io.wkmq.channel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Tests the notification of groups that are told much, some of which do not answer. */
class GroupTurnsTest {
    private final SimTiming timing = new SimTiming();
    private final GroupTurns turns = new GroupTurns(timing);
    private final List<Word> open = new ArrayList<>();

    /** A notification, counted each time it is sent. */
    private final class Word implements GroupTurns.Telling {
        private CompletableFuture<Boolean> answer = new CompletableFuture<>();
        private boolean held;
        private int told;

        @Override
        public CompletionStage<Boolean> tell() {
            told++;
            answer = new CompletableFuture<>();
            open.add(this);
            return answer;
        }

        @Override
        public void held() {
            held = true;
        }
    }

    private List<Word> add(int group, int count) {
        List<Word> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Word word = new Word();
            words.add(word);
            turns.add(group, word);
        }
        return words;
    }

    /** All that were told are answered so. */
    private void answer(boolean heard) {
        List<Word> all = List.copyOf(open);
        open.clear();
        all.forEach(word -> word.answer.complete(heard));
        timing.pass(0);
    }

    private void silence() {
        List<Word> all = List.copyOf(open);
        open.clear();
        all.forEach(word -> word.answer.completeExceptionally(new OverloadedException("made by the test")));
        timing.pass(0);
    }

    @Test
    void someAreToldAtATime() {
        List<Word> words = add(0, 2 * GroupTurns.AT_A_TIME + 1);
        assertThat(open).hasSize(GroupTurns.AT_A_TIME);
        answer(true);
        assertThat(open).hasSize(GroupTurns.AT_A_TIME);
        answer(true);
        assertThat(open).hasSize(1);
        answer(true);
        assertThat(words).allMatch(word -> word.told == 1 && !word.held);
    }

    @Test
    void aGroupThatDoesNotAnswerIsToldOneAtATime() {
        List<Word> words = add(0, 100);
        assertThat(words).noneMatch(word -> word.held);
        silence();
        assertThat(words).allMatch(word -> word.held);
        assertThat(open).as("not at once").isEmpty();
        for (int i = 0; i < 5; i++) {
            timing.pass(GroupTurns.AGAIN_MS);
            assertThat(open).hasSize(1);
            timing.pass(60_000);
            assertThat(open).hasSize(1);
            silence();
        }
        assertThat(add(0, 1)).allMatch(word -> word.held);
        assertThat(open).as("not before its time").isEmpty();

        timing.pass(GroupTurns.AGAIN_MS);
        assertThat(open).hasSize(1);
        answer(true);
        assertThat(open).as("it answers").hasSize(GroupTurns.AT_A_TIME);
        for (int i = 0; i < 4; i++) {
            answer(true);
        }
        timing.pass(10_000);
        assertThat(open).isEmpty();
        assertThat(words).allMatch(word -> word.answer.getNow(false));
    }

    @Test
    void oneThatDoesNotAnswerKeepsNoOthersBack() {
        add(0, 40);
        silence();
        add(1, GroupTurns.AT_A_TIME);
        assertThat(open).hasSize(GroupTurns.AT_A_TIME);
    }

    @Test
    void whatIsVoidDoesNotSpeakForTheGroup() {
        add(0, 100);
        silence();
        timing.pass(GroupTurns.AGAIN_MS);
        answer(false);
        assertThat(open).hasSize(1);
    }

    @Test
    void whatFailsAtOnceIsToldAgain() {
        List<Integer> times = new ArrayList<>();
        turns.add(0, new GroupTurns.Telling() {
            @Override
            public CompletionStage<Boolean> tell() {
                times.add(0);
                throw new IllegalStateException("made by the test");
            }

            @Override
            public void held() {}
        });
        timing.pass(3 * GroupTurns.AGAIN_MS);
        assertThat(times).hasSize(4);
    }
}
