package io.wkmq.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ScenarioTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "benchmarks.md");
    private static final String HEADER = "| Scenario | What it does | Command |\n|---|---|---|\n";

    @Test
    void documentHasTheTableOfScenarios() throws IOException {
        String document = Files.readString(DOCUMENT);
        String expected =
                Arrays.stream(Scenario.values()).map(ScenarioTest::row).collect(Collectors.joining("\n", HEADER, "\n"));
        int start = document.indexOf(HEADER);
        assertThat(start).as("the header of the table").isNotNegative();
        int end = document.indexOf("\n\n", start) + 1;
        if (Boolean.getBoolean("wkmq.docs.write")) {
            Files.writeString(DOCUMENT, document.substring(0, start) + expected + document.substring(end));
        }

        assertThat(Files.readString(DOCUMENT))
                .as("the table is made from the scenarios; write it anew with -Dwkmq.docs.write=true")
                .contains("\n\n" + expected + "\n");
    }

    private static String row(Scenario scenario) {
        String lines = scenario.lines().stream().map(line -> "`" + line + "`").collect(Collectors.joining("<br>"));
        return "| `" + scenario.title() + "` | " + scenario.about() + " | " + lines + " |";
    }

    @ParameterizedTest
    @EnumSource
    void theLinesOfAScenarioAreRight(Scenario scenario) throws UsageException {
        assertThat(Scenario.find(scenario.title())).isEqualTo(scenario);
        for (String line : scenario.lines()) {
            Options options = OptionParser.parse(line.split(" "));
            assertThat(line("").options(line)).as(line).isEqualTo(options);
        }
    }

    @Test
    void countsRatesAndDurationsAreScaled() throws UsageException {
        Options options = line("--scale 0.1").options("churn --connects 10000 -c 10 -r 1000 -d 60 --warmup 4 -q 1");

        assertThat(options.extras().connects()).isEqualTo(1000);
        assertThat(options.crew().publishers()).isEqualTo(1);
        assertThat(options.traffic().rate()).isEqualTo(100);
        assertThat(options.traffic().seconds()).isEqualTo(6);
        assertThat(options.traffic().warmupSeconds()).isZero();
        assertThat(options.traffic().qos()).isEqualTo(1);
    }

    @Test
    void theUserSaysWhereTheBrokerIs() throws UsageException {
        String given = "-h broker -p 1000 --tls-port 2000 --insecure -u me -w secret --patience 5 --json";

        Target plain =
                line(given).options("pubsub -V 4 --ifaddr 127.0.0.1,127.0.0.2").target();
        Options secure = line(given).options("pubsub -V 4 --tls");

        assertThat(plain)
                .isEqualTo(new Target("broker", 1000, false, false, null, false, false, "me", "secret", List.of()));
        assertThat(secure.target())
                .isEqualTo(new Target("broker", 2000, false, true, null, true, false, "me", "secret", List.of()));
        assertThat(secure.extras().patienceSeconds()).isEqualTo(5);
        assertThat(secure.json()).isTrue();
    }

    @Test
    void theUsersOwnAddressesCount() throws UsageException {
        assertThat(line("-h broker --ifaddr 10.0.0.1")
                        .options("conn --ifaddr 127.0.0.1,127.0.0.2")
                        .target()
                        .localAddresses())
                .containsExactly("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "-q 1 ~ -q/--qos is no option of scenario; expected options about the broker, --scale or --json",
                "--scale 0 ~ --scale is '0'; expected a number above 0, at most 1000.0",
                "--scale x ~ --scale is 'x'; expected a number above 0, at most 1000.0",
            })
    void anErrorSaysWhatWasExpected(String given, String error) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> line(given))
                .withMessage(error);
    }

    private static ScenarioLine line(String given) throws UsageException {
        return new ScenarioLine(Arguments.read(given.isEmpty() ? new String[0] : given.split(" "), 0));
    }
}
