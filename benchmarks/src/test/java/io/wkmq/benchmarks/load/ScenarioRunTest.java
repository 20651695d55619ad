package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.wkmq.broker.config.ListenerConfig.Protocol;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the scenarios, much smaller, against a node in this process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenarioRunTest {
    @SuppressWarnings("NullAway.Init")
    private BenchedNode node;

    @BeforeAll
    void startNode(@TempDir Path home) throws Exception {
        node = BenchedNode.start(home);
        for (int i = 1; i <= 8; i++) {
            node.declare("wkbench" + i);
        }
    }

    @AfterAll
    void stopNode() {
        node.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOAK")
    void everyScenarioRuns(Scenario scenario) {
        String line = "scenario " + scenario.title() + " --scale 0.002 --patience 30 --cafile " + node.certificate()
                + " --tls-port " + node.port(Protocol.SSL) + " --json";
        int status = node.run(line);

        assertThat(node.out())
                .startsWith("{\"scenario\":\"" + scenario.title() + "\",\"runs\":[{")
                .endsWith(",\"passed\":true}" + System.lineSeparator());
        assertThat(status).isEqualTo(LoadMain.PASSED);
    }

    @Test
    void theSoakRunsAllOfItAtOnce() {
        int status = node.run("scenario soak --scale 0.002 --patience 30");

        assertThat(node.out())
                .contains("== soak: ", "connects/s beside ", "soak: passed")
                .doesNotContain("FAILED");
        assertThat(status).isEqualTo(LoadMain.PASSED);
    }

    @Test
    void theRatioOfTwoRunsIsTold() {
        node.run("scenario v5 --scale 0.002 --patience 30");

        assertThat(node.out()).contains("ratio          ", "v5: passed");
    }

    @Test
    void aScenarioThatIsNotPossibleDoesNotStopTheOthers() {
        assertThat(node.runAlone("scenario latency2k durable-serial --scale 0.002 -h 127.0.0.1 -p 1"))
                .isEqualTo(LoadMain.FAILED);

        assertThat(node.out()).contains("not possible   Client ", "latency2k: FAILED", "durable-serial: FAILED");
    }

    @Test
    void theScenariosAreListed() {
        assertThat(node.runAlone("scenario list")).isEqualTo(LoadMain.PASSED);

        for (Scenario scenario : Scenario.values()) {
            assertThat(node.out()).contains(scenario.title(), scenario.about());
        }
    }
}
