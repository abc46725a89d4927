import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.cloudfoundry.multiapps.common.util.JsonUtil;
import org.cloudfoundry.multiapps.mta.handlers.DescriptorParserFacade;
import org.cloudfoundry.multiapps.mta.handlers.HandlerFactory;
import org.cloudfoundry.multiapps.mta.model.DeploymentDescriptor;
import org.cloudfoundry.multiapps.mta.model.ExtensionDescriptor;
import org.cloudfoundry.multiapps.mta.model.Module;
import org.cloudfoundry.multiapps.mta.model.ModuleType;
import org.cloudfoundry.multiapps.mta.model.Platform;
import org.cloudfoundry.multiapps.mta.model.RequiredDependency;
import org.cloudfoundry.multiapps.mta.model.Resource;
import org.cloudfoundry.multiapps.mta.model.ResourceType;
import org.cloudfoundry.multiapps.mta.resolvers.ReferencesUnescaper;
import org.cloudfoundry.multiapps.mta.resolvers.ResolverBuilder;

/**
 * Parses, validates, merges and resolves a deployment descriptor and its extensions with the library of the Cloud Foundry
 * deployer (SAP's MultiApps controller), and prints the result as JSON.
 *
 * java -cp … ResolveDescriptor.java mtad.yaml [extension.mtaext …]
 */
class ResolveDescriptor {
  /** The types of the controller that our descriptors use. */
  private static final Platform PLATFORM = new Platform()
      .setModuleTypes(List.of(new ModuleType().setName("javascript.nodejs")))
      .setResourceTypes(List.of(
          new ResourceType().setName("org.cloudfoundry.managed-service"),
          new ResourceType().setName("org.cloudfoundry.existing-service")));

  public static void main(String[] paths) throws Exception {
    var parser = new DescriptorParserFacade();
    DeploymentDescriptor descriptor = parser.parseDeploymentDescriptor(Files.readString(Path.of(paths[0])));
    List<ExtensionDescriptor> extensions = new ArrayList<>();
    for (int index = 1; index < paths.length; index++) {
      extensions.add(parser.parseExtensionDescriptor(Files.readString(Path.of(paths[index]))));
    }

    var factory = HandlerFactory.forSchemaVersion(3);
    var validator = factory.getDescriptorValidator();
    validator.validateDeploymentDescriptor(descriptor, PLATFORM);
    validator.validateExtensionDescriptors(extensions, descriptor);
    descriptor = factory.getDescriptorMerger().merge(descriptor, extensions);
    validator.validateMergedDescriptor(descriptor);

    setSystemParameters(descriptor);
    descriptor = factory.getDescriptorPlaceholderResolver(
        descriptor, new ResolverBuilder(), new ResolverBuilder(), Map.of(), Set.of()).resolve();
    descriptor = factory.getDescriptorReferenceResolver(
        descriptor, new ResolverBuilder(), new ResolverBuilder(), new ResolverBuilder(), Set.of()).resolve();
    new ReferencesUnescaper().unescapeReferences(descriptor);
    System.out.println(JsonUtil.toJson(describe(descriptor), true));
  }

  /** Sets the parameters that the controller derives from the target space; here org "org", space "space". */
  private static void setSystemParameters(DeploymentDescriptor descriptor) {
    descriptor.setParameters(with(descriptor.getParameters(), Map.of(
        "default-domain", "cfapps.example.com", "protocol", "https", "org", "org", "space", "space")));
    for (Module module : descriptor.getModules()) {
      module.setParameters(with(module.getParameters(), Map.of("default-host", "org-space-" + module.getName())));
    }
  }

  /** Parameters of the descriptor take precedence. */
  private static Map<String, Object> with(Map<String, Object> own, Map<String, Object> system) {
    Map<String, Object> all = new LinkedHashMap<>(system);
    all.putAll(own);
    return all;
  }

  private static Map<String, Object> describe(DeploymentDescriptor descriptor) {
    Map<String, Object> modules = new LinkedHashMap<>();
    for (Module module : descriptor.getModules()) {
      Map<String, Object> required = new LinkedHashMap<>();
      for (RequiredDependency dependency : module.getRequiredDependencies()) {
        required.put(dependency.getName(), dependency.getParameters());
      }
      modules.put(module.getName(), Map.of(
          "type", module.getType(),
          "parameters", module.getParameters(),
          "properties", module.getProperties(),
          "requires", required));
    }
    Map<String, Object> resources = new LinkedHashMap<>();
    for (Resource resource : descriptor.getResources()) {
      resources.put(resource.getName(), Map.of(
          "type", resource.getType(), "active", resource.isActive(), "parameters", resource.getParameters()));
    }
    return Map.of("modules", modules, "resources", resources);
  }
}
