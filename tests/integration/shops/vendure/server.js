// A Vendure server for one test run: in memory, on the port of VENDURE_PORT. Prints UP when it takes calls.
const path = require("node:path");

const { bootstrap } = require("@vendure/core");

bootstrap({
  apiOptions: { port: Number(process.env.VENDURE_PORT), adminApiPath: "admin-api", shopApiPath: "shop-api" },
  authOptions: {
    tokenMethod: ["bearer", "cookie"],
    superadminCredentials: { identifier: "superadmin", password: "superadmin" },
    requireVerification: false,
    cookieOptions: { secret: "test-only" },
  },
  dbConnectionOptions: {
    type: "sqljs",
    autoSave: false,
    synchronize: true,
    logging: false,
    location: path.join(__dirname, "never-saved.sqlite"),
  },
  paymentOptions: { paymentMethodHandlers: [] },
  customFields: {},
  plugins: [],
})
  .then(() => console.log("UP"))
  .catch((error) => {
    console.error(error);
    process.exit(1);
  });
