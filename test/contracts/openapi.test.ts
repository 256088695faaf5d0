import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { openApiFile, openApiText } from "../../scripts/openapi.ts";
import { buildOpenApi } from "../../scripts/openapi-document.ts";
import { httpRoutes } from "../../src/contracts/http-routes.ts";
import document from "../../src/contracts/openapi.json" with { type: "json" };
import { triggers } from "../../src/triggers/registry.ts";
import { chosen, idsOfType, property } from "../template/read-project-template.ts";

const withJwt = { JwtIssuer: "https://issuer.example.com", JwtAudience: "refluxo" };

/** Each route of template.yaml: who may ask, without and with an issuer of JWTs. */
const templateRoutes = idsOfType("AWS::ApiGatewayV2::Route").map((id) => ({
  route: property(id, "RouteKey"),
  iam: chosen(property(id, "AuthorizationType")),
  jwt: chosen(property(id, "AuthorizationType"), withJwt),
  scopes: chosen(property(id, "AuthorizationScopes"), withJwt),
}));

describe("the OpenAPI document", () => {
  test("in the repository is what npm run openapi writes", () => {
    expect(readFileSync(openApiFile, "utf8")).toBe(openApiText());
  });

  test("is valid OpenAPI 3.1 to a validator of somebody else's", async () => {
    const result = await new Validator().validate(structuredClone<Record<string, unknown>>({ ...buildOpenApi() }));
    expect(result).toMatchObject({ valid: true });
    const broken = structuredClone<Record<string, unknown>>({ ...document, paths: { workflows: {} } });
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
  });

  test("names nothing that it does not have", () => {
    for (const [, path = ""] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]*)"/g)) {
      const found = path.split("/").reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), document);
      expect(found, path).toBeTypeOf("object");
    }
  });

  test("has every route of template.yaml, for the same callers, and no other", () => {
    const described = httpRoutes.map(({ method, path, scope }) => ({
      route: `${method} ${path}`,
      ...(scope === "none"
        ? { iam: "NONE", jwt: "NONE", scopes: undefined }
        : { iam: "AWS_IAM", jwt: "JWT", scopes: [`refluxo/${scope}`] }),
    }));
    const byRoute = (a: { route?: unknown }, b: { route?: unknown }) => (String(a.route) < String(b.route) ? -1 : 1);
    expect(described.toSorted(byRoute)).toEqual(templateRoutes.toSorted(byRoute));
  });

  test("has the routes' security: IAM, or a JWT with the scope", () => {
    const [start] = document.paths["/workflows"].post.security.slice(1);
    expect(start).toEqual({ jwt: ["refluxo/start"] });
    expect(document.paths["/workflows/{workflowId}"].delete.security).toEqual([
      { iam: [] },
      { jwt: ["refluxo/operate"] },
    ]);
    expect(document.paths["/resume/{workflowId}/{token}"].get.security).toEqual([]);
  });

  test("has a trigger for every route, and a route for every trigger of HTTP", () => {
    const asks = (routeKey: string) => triggers.filter(({ matches }) => matches({ version: "2.0", routeKey }));
    const answered = httpRoutes
      .map(({ method, path }) => `${method} ${path}`)
      .map((route) => ({ route, names: asks(route).map(({ name }) => name) }));
    for (const { route, names } of answered) expect(names, route).toHaveLength(1);
    const http = triggers.filter(({ name }) => name.startsWith("http-")).map(({ name }) => name);
    expect(answered.flatMap(({ names }) => names).toSorted()).toEqual(http.toSorted());
  });
});
