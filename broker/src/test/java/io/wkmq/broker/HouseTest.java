package io.wkmq.broker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Checks the house rules of docs/architecture.md: layers are linear and each library is used only in its packages. */
@AnalyzeClasses(packages = "io.wkmq", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
    @ArchTest
    static final ArchRule layersAreLinear = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("routing")
            .definedBy("io.wkmq.routing..")
            .layer("channel")
            .definedBy("io.wkmq.channel..")
            .layer("session")
            .definedBy("io.wkmq.session..")
            .layer("cluster")
            .definedBy("io.wkmq.cluster..")
            .layer("plugin api")
            .definedBy("io.wkmq.plugins.api..")
            .layer("broker")
            .definedBy("io.wkmq.broker..")
            .whereLayer("broker")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("cluster")
            .mayOnlyBeAccessedByLayers("broker")
            .whereLayer("plugin api")
            .mayOnlyBeAccessedByLayers("broker")
            .whereLayer("session")
            .mayOnlyBeAccessedByLayers("cluster", "broker")
            .whereLayer("channel")
            .mayOnlyBeAccessedByLayers("session", "cluster", "broker");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.wkmq.(*).(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nettyStaysInTheBroker =
            confined("io.netty..", "io.wkmq.broker..", "io.wkmq.cluster.transport..");

    @ArchTest
    static final ArchRule hiveMqStaysInTheCodec = confined("com.hivemq..", "io.wkmq.broker.codec..");

    @ArchTest
    static final ArchRule guavaStaysInTheCodec = confined("com.google.common..", "io.wkmq.broker.codec..");

    @ArchTest
    static final ArchRule hazelcastStaysInItsPackage = confined("com.hazelcast..", "io.wkmq.cluster.hazelcast..");

    @ArchTest
    static final ArchRule mvStoreStaysInItsPackages = confined("org.h2..", "io.wkmq..mvstore..");

    @ArchTest
    static final ArchRule typesafeConfigStaysInConfig = confined("com.typesafe.config..", "io.wkmq.broker.config..");

    @ArchTest
    static final ArchRule jacksonStaysInItsPackage =
            confined("com.fasterxml.jackson..", "io.wkmq.cluster.discovery.http..");

    @ArchTest
    static final ArchRule prometheusStaysInMetricsClasses = noClasses()
            .that()
            .haveSimpleNameNotEndingWith("Metrics")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.prometheus..");

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = classes()
            .should()
            .haveSimpleNameNotEndingWith("Impl")
            .andShould()
            .haveSimpleNameNotEndingWith("Util")
            .andShould()
            .haveSimpleNameNotEndingWith("Utils")
            .andShould()
            .haveSimpleNameNotEndingWith("Manager")
            .andShould()
            .haveSimpleNameNotEndingWith("Helper");

    private static ArchRule confined(String library, String... rooms) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(rooms)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true);
    }
}
