package io.wkmq.testing.normative;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProtocolTableTest {
    @ParameterizedTest
    @EnumSource(Standard.class)
    void statementsAreUniqueAndInTheStandardsForm(Standard standard) {
        List<Statement> statements = standard.statements();

        assertThat(statements)
                .extracting(Statement::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("MQTT-[0-9]+(\\.[0-9]+){1,2}-[0-9]+"));
        assertThat(statements).extracting(Statement::text).allMatch(text -> text.endsWith("."));
    }

    @Test
    void knowsTheNumberOfStatements() {
        assertThat(Standard.MQTT_5.statements()).hasSize(251);
        assertThat(Standard.MQTT_311.statements()).hasSize(137);
    }

    @Test
    void rowNamesTheTests() {
        String markdown = ProtocolTable.of(List.of(Sample.class)).markdown();

        assertThat(markdown)
                .contains("| MQTT-3.12.4-1 | server | PINGREQ is answered by PINGRESP. | `Sample#one`, `Sample#two` |")
                .contains("| MQTT-4.5.0-2 | client |")
                .contains("| Not tested. Applies to servers with a lower maximum QoS; this one has all three. |")
                .contains("137 statements, 0 with tests.");
    }

    @Test
    void problemsAreMissingUnknownAndImpossibleTests() {
        assertThat(ProtocolTable.of(List.of(Sample.class)).problems())
                .contains(
                        "MQTT 5.0 has no statement MQTT-9.9.9-9, named by [Sample#two]",
                        "MQTT 5.0 MQTT-3.2.2-9 is tested and marked as untestable",
                        "MQTT 3.1.1 MQTT-3.12.4-1 has no test: PINGREQ is answered by PINGRESP.")
                .noneMatch(problem -> problem.startsWith("MQTT 5.0 MQTT-3.12.4-1"))
                .noneMatch(problem -> problem.contains("MQTT-4.5.0-2"));
    }

    static class Sample {
        @Normative(v5 = "MQTT-3.12.4-1")
        void one() {}

        @Normative(v5 = {"MQTT-3.12.4-1", "MQTT-9.9.9-9", "MQTT-3.2.2-9"})
        void two() {}
    }
}
