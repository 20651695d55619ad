package io.wkmq.broker.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.http.Json;
import io.wkmq.plugins.api.Command.Usage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private final StringBuilder written = new StringBuilder();

    @Test
    void listThatFailsInTheMiddleIsStillJson() {
        assertThat(run(List.of("broken", "--json"), answer -> {
                    answer.beginList();
                    answer.row("one", object -> object.field("n", 1));
                    throw new CtlException("it broke");
                }))
                .isEqualTo(ExitStatus.FAILED);
        assertThat(Json.rows(written.toString())).isEqualTo(List.of(Map.of("n", 1.0), Map.of("error", "it broke")));
    }

    @Test
    void listThatFailsAtOnceIsStillJson() {
        run(List.of("broken", "--json"), answer -> {
            answer.beginList();
            throw new CtlException("it broke");
        });
        assertThat(Json.rows(written.toString())).isEqualTo(List.of(Map.of("error", "it broke")));
    }

    @Test
    void emptyListIsAnEmptyArray() {
        run(List.of("broken", "--json"), answer -> {
            answer.beginList();
            answer.endList();
        });
        assertThat(Json.rows(written.toString())).isEmpty();
    }

    @Test
    void mistakeOfOursIsAnAnswerToo() {
        assertThat(run(List.of("broken"), answer -> {
                    throw new IllegalStateException("no such state");
                }))
                .isEqualTo(ExitStatus.FAILED);
        assertThat(written)
                .hasToString("The command 'broken' failed, see the node's log: java.lang.IllegalStateException: no such"
                        + " state\n");
    }

    private int run(List<String> words, Body body) {
        return new CtlCommands(List.of(new Broken(body)), Map::of).run(words, written::append);
    }

    private interface Body {
        void run(Answer answer) throws CtlException;
    }

    private record Broken(Body body) implements CtlCommand {
        @Override
        public String name() {
            return "broken";
        }

        @Override
        public List<Usage> usages() {
            return List.of();
        }

        @Override
        public void run(List<String> arguments, Answer answer) throws CtlException {
            body.run(answer);
        }
    }
}
